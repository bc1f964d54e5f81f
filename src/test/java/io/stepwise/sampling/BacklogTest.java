package io.stepwise.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.batching.Planner.Taker;
import io.stepwise.batching.Policy;
import io.stepwise.batching.StepPlanner;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.Test;

final class BacklogTest {

  private final ActorRef<Generation.News> generation = TestInbox.<Generation.News>create().getRef();
  private final Backlog backlog =
      new Backlog(new StepPlanner<>(Policy.named("fifo"), rows -> rows));

  @Test
  void idleReplicaIsGivenWhateverWaits() {
    add("a", 1, 1);

    assertThat(names(nextForIdle(1))).containsExactly("a0");
    assertThat(nextForIdle(1)).isEmpty();
  }

  @Test
  void idleReplicasShareWhatWaits() {
    add("a", 6, 1);

    assertThat(names(nextForIdle(2))).containsExactly("a0", "a1", "a2");
    assertThat(names(nextForIdle(1))).containsExactly("a3", "a4", "a5");
  }

  @Test
  void lastGuidedImageIsGivenThoughManyAreIdle() {
    add("a", 1, 3);

    assertThat(names(nextForIdle(8))).containsExactly("a0");
  }

  @Test
  void busyReplicaIsGivenNothingLessThanAFullBatch() {
    add("a", 3, 1);
    assertThat(nextForBusy()).isEmpty();

    add("b", 1, 1);
    assertThat(names(nextForBusy())).containsExactly("a0", "b0", "a1", "a2");
  }

  @Test
  void guidedImagesFillABatchTwiceAsFast() {
    add("a", 1, 3);
    assertThat(nextForBusy()).isEmpty();

    add("b", 2, 3);
    assertThat(names(nextForBusy())).containsExactly("a0", "b0");
  }

  @Test
  void batchThatLeavesOutAnImageForLackOfRoomIsFull() {
    add("a", 3, 1);
    add("b", 1, 3);

    assertThat(names(nextForBusy())).containsExactly("a0", "b0", "a1");
  }

  @Test
  void repeatsGoFirstAndAsTheyAre() {
    add("a", 4, 1);
    Attempt first = new Attempt(List.of(image("b", 0, 1)), 1);
    Attempt second = new Attempt(List.of(image("b", 1, 1)), 2);
    backlog.repeat(List.of(first, second));

    assertThat(backlog.size()).isEqualTo(6);
    assertThat(nextForIdle(1)).contains(first);
    assertThat(nextForBusy()).contains(second);
    assertThat(names(nextForBusy())).hasSize(4);
  }

  @Test
  void withdrawnRequestLeavesEverywhere() {
    add("a", 2, 1);
    add("b", 1, 1);
    backlog.repeat(
        List.of(
            new Attempt(List.of(image("a", 2, 1)), 1),
            new Attempt(List.of(image("a", 3, 1), image("b", 1, 1)), 1)));

    backlog.withdraw("a");

    assertThat(nextForIdle(1)).contains(new Attempt(List.of(image("b", 1, 1)), 1));
    assertThat(names(nextForIdle(1))).containsExactly("b0");
    assertThat(backlog.size()).isZero();
  }

  private void add(String request, int images, double guidance) {
    for (int i = 0; i < images; i++) {
      backlog.addAll(List.of(image(request, i, guidance)), 0);
    }
  }

  private Optional<Attempt> nextForIdle(int idleReplicas) {
    return backlog.next(new Taker(0, idleReplicas, 4), 0);
  }

  private Optional<Attempt> nextForBusy() {
    return backlog.next(new Taker(0, 0, 4), 0);
  }

  private QueuedImage image(String request, int image, double guidance) {
    Recipe recipe = Toys.recipe(request, new ToyPlans().plan("direct", 5, null), guidance);
    return new QueuedImage(DenoisingState.first(recipe, image), generation);
  }

  private static List<String> names(Optional<Attempt> attempt) {
    return attempt.stream()
        .flatMap(some -> some.images().stream())
        .map(image -> image.request() + image.image())
        .toList();
  }
}
