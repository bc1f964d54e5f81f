package io.stepwise.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.batching.CostModel;
import io.stepwise.batching.Policy;
import io.stepwise.batching.StepPlanner;
import io.stepwise.batching.StepTime;
import io.stepwise.sampling.BatchesInFlight.Batch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.Test;

final class ImageLedgerTest {

  private static final List<Integer> ONE = List.of(0);
  private static final List<Integer> TWO = List.of(0, 1);

  private final ActorRef<Generation.News> generation = newGeneration();
  private final CostModel costs = new CostModel(4, 0);
  private final ImageLedger ledger =
      new ImageLedger(
          new StepPlanner<>(Policy.named("fifo"), costs), costs, Toys.options(4).replicas());

  @Test
  void idleSlotGoesBeforeABusyOne() {
    enter("a", 4);
    assertThat(send(ONE).slot()).isZero();
    enter("b", 4);

    assertThat(send(TWO).slot()).isEqualTo(1);
    enter("c", 4);
    assertThat(send(TWO).slot()).isZero();
  }

  @Test
  void slotIsNeverGivenMoreBatchesThanAllowed() {
    enter("a", 20);
    send(ONE);
    send(ONE);

    assertThat(ledger.send(ONE, 0)).isEmpty();
  }

  @Test
  void slotWhoseStepsAreLongIsGivenNoBatchThatWaits() {
    enter("a", 20);
    costs.learn(new StepTime(4, 20_000_000));
    send(ONE);

    assertThat(ledger.send(ONE, 0)).isEmpty();
    assertThat(ledger.batchesAtOnce()).isEqualTo(1);
  }

  @Test
  void batchIsAsLargeAsPays() {
    enter("a", 4);
    costs.learn(new StepTime(2, 20_000_000));
    costs.learn(new StepTime(4, 40_000_000));

    assertThat(names(send(ONE))).containsExactly("a0", "a1");
  }

  @Test
  void nothingIsSentWhileNoReplicaIsReady() {
    enter("a", 4);

    assertThat(ledger.send(List.of(), 0)).isEmpty();
  }

  @Test
  void failedBatchIsSplitInHalvesAndThenInSingles() {
    enter("a", 4);
    send(ONE);

    assertThat(ledger.takeBack(0)).isEmpty();
    assertThat(names(send(ONE))).containsExactly("a0", "a1");
    assertThat(ledger.takeBack(0)).isEmpty();
    assertThat(names(send(ONE))).containsExactly("a0");
    assertThat(names(send(ONE))).containsExactly("a1");
  }

  @Test
  void imageIsLostWhenItsStepHasFailedAsOftenAsAllowed() {
    enter("a", 2);
    send(ONE);
    ledger.takeBack(0);
    assertThat(names(send(ONE))).containsExactly("a0");
    ledger.takeBack(0);
    assertThat(names(send(ONE))).containsExactly("a0");

    assertThat(ledger.takeBack(0)).extracting(QueuedImage::image).containsExactly(0);
    assertThat(names(send(ONE))).containsExactly("a1");
    assertThat(ledger.send(TWO, 0)).isEmpty();
  }

  @Test
  void stepThatSucceedsForgivesEarlierFailures() {
    enter("a", 1);
    for (int round = 0; round < 10; round++) {
      send(ONE);
      assertThat(ledger.takeBack(0)).isEmpty();
      send(ONE);
      assertThat(ledger.takeBack(0)).isEmpty();
      Batch batch = send(ONE);
      assertThat(ledger.finish(0, batch.id())).contains(batch);
      QueuedImage image = batch.attempt().images().get(0);
      ledger.goOn(List.of(new QueuedImage(Toys.next(image.state()), image.generation())), 0);
    }
  }

  @Test
  void batchThatOnlyWaitedIsRepeatedWholeAndUnblamed() {
    enter("a", 8);
    send(ONE);
    List<String> second = names(send(ONE));

    ledger.takeBack(0);

    assertThat(names(send(ONE))).hasSize(2);
    assertThat(names(send(ONE))).hasSize(2);
    Batch again = send(TWO);
    assertThat(names(again)).isEqualTo(second);
    assertThat(again.attempt().failures()).isZero();
  }

  @Test
  void batchThatWasTakenBackCannotFinish() {
    enter("a", 1);
    Batch late = send(ONE);
    ledger.takeBack(0);
    Batch again = send(ONE);

    assertThat(ledger.finish(0, late.id())).isEmpty();
    assertThat(ledger.finish(0, again.id())).contains(again);
    assertThat(ledger.finish(0, again.id())).isEmpty();
  }

  @Test
  void imagesOfAGenerationThatLeftAreNeitherWantedNorRepeated() {
    enter("a", 2);
    Batch batch = send(ONE);
    enter("b", 1);
    ledger.leave("a", generation);

    assertThat(batch.attempt().images()).noneMatch(ledger::isWanted);
    assertThat(ledger.takeBack(0)).isEmpty();
    assertThat(names(send(ONE))).containsExactly("b0");
    assertThat(ledger.send(TWO, 0)).isEmpty();
  }

  @Test
  void generationThatTakesTheIdOfAnEarlierOneIsNotMistakenForIt() {
    enter("a", 1);
    Batch batch = send(ONE);
    ledger.leave("a", generation);
    ActorRef<Generation.News> other = newGeneration();
    ledger.enter(List.of(DenoisingState.first(Toys.recipe("a", 5), 0)), other, 0);

    assertThat(batch.attempt().images()).noneMatch(ledger::isWanted);
    ledger.leave("a", generation);
    assertThat(send(TWO).attempt().images()).allMatch(ledger::isWanted);
  }

  private void enter(String request, int images) {
    Recipe recipe = Toys.recipe(request, 20);
    ledger.enter(
        IntStream.range(0, images).mapToObj(i -> DenoisingState.first(recipe, i)).toList(),
        generation,
        0);
  }

  private Batch send(List<Integer> ready) {
    Optional<Batch> batch = ledger.send(ready, 0);
    assertThat(batch).isPresent();
    return batch.get();
  }

  private static List<String> names(Batch batch) {
    List<String> names = new ArrayList<>();
    batch.attempt().images().forEach(image -> names.add(image.request() + image.image()));
    return names;
  }

  private static ActorRef<Generation.News> newGeneration() {
    return TestInbox.<Generation.News>create().getRef();
  }
}
