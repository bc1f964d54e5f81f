package io.stepwise.batching;

import static io.stepwise.batching.TestImage.OTHER_KEY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stepwise.batching.Planner.Taker;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class RequestPlannerTest {

  private static final long DELAY = 50;
  private static final Taker FIRST = new Taker(0, 1, 4);
  private static final Taker SECOND = new Taker(1, 1, 4);

  private final RequestPlanner<TestImage> planner = new RequestPlanner<>(DELAY);

  @Test
  void groupWaitsForCompanyUntilTheDelayIsOver() {
    add(10, "a", 0);
    add(30, "b", 0);

    assertThat(planner.take(FIRST, 59)).isEmpty();
    assertThat(planner.wakeNanos(59)).hasValue(60);
    assertThat(names(planner.take(FIRST, 60))).containsExactly("a0", "b0");
    assertThat(planner.wakeNanos(60)).isEmpty();
  }

  @Test
  void fullGroupBeginsAtOnce() {
    for (int image = 0; image < 6; image++) {
      add(0, "a", image);
    }

    assertThat(names(planner.take(FIRST, 0))).containsExactly("a0", "a1", "a2", "a3");
    assertThat(planner.take(SECOND, 0)).isEmpty();
    assertThat(planner.size()).isEqualTo(2);
  }

  @Test
  void nobodyJoinsAGroupAndItRunsToItsEnd() {
    add(0, "a", 0);
    List<TestImage> running = planner.take(FIRST, 50).orElseThrow().images();
    add(50, "b", 0);
    for (int step = 1; step < 10; step++) {
      planner.stepOver(running);
      running = running.stream().map(TestImage::next).toList();
      running.forEach(image -> planner.add(image, 60));
      running = planner.take(FIRST, 200).orElseThrow().images();
      assertThat(running).extracting(TestImage::name).containsExactly("a0");
    }
    planner.stepOver(running);

    assertThat(names(planner.take(FIRST, 200))).containsExactly("b0");
  }

  @Test
  void replicasHaveGroupsOfTheirOwn() {
    add(0, "a", 0);
    TestImage a = planner.take(FIRST, 50).orElseThrow().images().get(0);
    add(50, "b", 0);
    TestImage b = planner.take(SECOND, 100).orElseThrow().images().get(0);
    planner.add(a.next(), 100);
    planner.add(b.next(), 100);

    assertThat(names(planner.take(SECOND, 100))).containsExactly("b0");
    assertThat(planner.take(SECOND, 100)).isEmpty();
    assertThat(names(planner.take(FIRST, 100))).containsExactly("a0");
  }

  @Test
  void imagesOfOtherLengthOrKeyAreOtherGroups() {
    planner.add(TestImage.of("a", 0), 0);
    planner.add(TestImage.of("b", 0).withSteps(50), 1);
    planner.add(TestImage.of("c", 0).withKey(OTHER_KEY), 2);

    assertThat(names(planner.take(FIRST, 100))).containsExactly("a0");
    assertThat(names(planner.take(SECOND, 100))).containsExactly("b0");
    assertThat(names(planner.take(new Taker(2, 1, 4), 100))).containsExactly("c0");
  }

  @Test
  void busyReplicaIsGivenNothing() {
    add(0, "a", 0);

    assertThat(planner.take(new Taker(0, 0, 4), 100)).isEmpty();
  }

  @Test
  void withdrawnRequestLeavesItsGroup() {
    add(0, "a", 0);
    add(0, "b", 0);
    List<TestImage> running = planner.take(FIRST, 50).orElseThrow().images();
    running.forEach(image -> planner.add(image.next(), 60));
    add(60, "a", 1);

    assertThat(planner.removeRequest("a"))
        .extracting(TestImage::name)
        .containsExactlyInAnyOrder("a0", "a1");
    assertThat(names(planner.take(FIRST, 200))).containsExactly("b0");
    assertThat(planner.size()).isZero();
  }

  @Test
  void imageCannotWaitTwice() {
    add(0, "a", 0);

    assertThatThrownBy(() -> add(1, "a", 0)).hasMessage("image 0 of a: waits already");
  }

  @Test
  void imagesOfWhichOneStandsThereTwiceAreNotAdded() {
    List<TestImage> images = List.of(TestImage.of("a", 0), TestImage.of("a", 0));

    assertThatThrownBy(() -> planner.addAll(images, 0)).hasMessage("image 0 of a: waits already");
    assertThat(planner.size()).isZero();
  }

  private void add(long nanos, String request, int image) {
    planner.add(TestImage.of(request, image), nanos);
  }

  private static List<String> names(Optional<BatchPlan<TestImage>> plan) {
    return plan.orElseThrow().images().stream().map(TestImage::name).toList();
  }
}
