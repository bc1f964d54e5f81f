package io.stepwise.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class BatchPlannerTest {

  private final WaitingImages<TestImage> waiting =
      new WaitingImages<>(new FifoPolicy(), TestImage.ROWS);

  @Test
  void nothingWaitingGivesAnEmptyPlan() {
    assertThat(BatchPlanner.plan(waiting, 4)).isEqualTo(new BatchPlan<>(List.of(), 0, false));
  }

  @Test
  void requestsTakeTurnsInTheOrderOfThePolicy() {
    add("b", 3, 1);
    add("a", 3, 2);
    add("c", 1, 3);

    assertThat(names(BatchPlanner.plan(waiting, 6)))
        .containsExactly("b0", "a0", "c0", "b1", "a1", "b2");
  }

  @Test
  void imageNearestToItsEndGoesFirstInItsRequest() {
    waiting.add(TestImage.of("a", 0).withRemaining(5));
    waiting.add(TestImage.of("a", 1).withRemaining(4));
    waiting.add(TestImage.of("a", 2).withRemaining(4));

    assertThat(names(BatchPlanner.plan(waiting, 2))).containsExactly("a1", "a2");
  }

  @Test
  void moreRequestsThanPlacesLeaveThePlacesToTheMostUrgent() {
    for (int i = 9; i >= 0; i--) {
      add("request " + i, 1, i);
    }

    assertThat(names(BatchPlanner.plan(waiting, 3)))
        .containsExactly("request 00", "request 10", "request 20");
  }

  @Test
  void equalRequestsGoByName() {
    add("b", 1, 0);
    add("a", 1, 0);

    assertThat(names(BatchPlanner.plan(waiting, 2))).containsExactly("a0", "b0");
  }

  @Test
  void guidedImageTakesTwoRows() {
    waiting.add(TestImage.of("a", 0).withRows(2));
    waiting.add(TestImage.of("b", 0).withRows(2));
    add("c", 1, 1);

    BatchPlan<TestImage> plan = BatchPlanner.plan(waiting, 3);

    assertThat(names(plan)).containsExactly("a0", "c0");
    assertThat(plan.rows()).isEqualTo(3);
  }

  @Test
  void batchIsFullWhenNothingMoreFits() {
    add("a", 2, 0);
    assertThat(BatchPlanner.plan(waiting, 3).full()).isFalse();

    waiting.add(TestImage.of("b", 0).withRows(2));
    assertThat(BatchPlanner.plan(waiting, 3).full()).isTrue();
    assertThat(BatchPlanner.plan(waiting, 4).full()).isTrue();
    assertThat(BatchPlanner.plan(waiting, 5).full()).isFalse();
  }

  /** However many wait, a plan looks at no more clients and requests than it has places. */
  @Test
  void planCostsWhatItTakes() {
    for (int request = 0; request < 10_000; request++) {
      add("request " + request, 1, request);
    }
    assertThat(waiting.nextInTurn(32).get(0).turns(32)).toIterable().hasSize(32);
    for (int client = 0; client < 10_000; client++) {
      waiting.add(TestImage.of("other " + client, 0).by("client " + client));
    }
    assertThat(waiting.nextInTurn(32)).hasSize(32);
    assertThat(names(BatchPlanner.plan(waiting, 2))).containsExactly("other 00", "other 10");
  }

  @Test
  void imageLargerThanABatchIsOneByItself() {
    waiting.add(TestImage.of("a", 0).withRows(2));
    add("b", 1, 1);

    BatchPlan<TestImage> plan = BatchPlanner.plan(waiting, 1);

    assertThat(names(plan)).containsExactly("a0");
    assertThat(plan.rows()).isEqualTo(2);
    assertThat(plan.full()).isTrue();
  }

  @Test
  void unknownPolicyIsRefusedWithTheKnownOnes() {
    assertThatThrownBy(() -> Policy.named("lifo"))
        .hasMessage("policy: lifo (expected: one of fifo, shortest-remaining, deadline)");
  }

  private void add(String request, int images, long acceptedNanos) {
    for (int image = 0; image < images; image++) {
      waiting.add(TestImage.of(request, image).acceptedAt(acceptedNanos));
    }
  }

  private static List<String> names(BatchPlan<TestImage> plan) {
    return plan.images().stream().map(image -> image.request() + image.image()).toList();
  }
}
