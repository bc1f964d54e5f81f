package io.stepwise.sampling;

import io.stepwise.sampling.BatchesInFlight.Batch;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/** What a router tells the fleet's watch; of batches nothing while nobody watches. */
final class RouterReports {

  private final String model;
  private final String snapshot;
  private @Nullable ActorRef<FleetWatch.Command> watch;

  /**
   * Reports of a model.
   *
   * @param snapshot digest of its weights
   */
  RouterReports(String model, String snapshot) {
    this.model = model;
    this.snapshot = snapshot;
  }

  /** Reports batches from now on. */
  void reportBatches(ActorRef<FleetWatch.Command> to) {
    watch = to;
  }

  /** Reports batches no more. */
  void reportNoBatches() {
    watch = null;
  }

  void batchFinished(Batch batch, Router.BatchDone done) {
    if (watch == null) {
      return;
    }
    List<QueuedImage> images = batch.attempt().images();
    watch.tell(
        new FleetWatch.BatchFinished(
            new FleetEvent.BatchFinished(
                model,
                done.slot(),
                images.isEmpty() ? snapshot : images.get(0).key().weights(),
                done.batchId(),
                done.started(),
                done.ran(),
                images.stream().mapToInt(QueuedImage::rows).sum(),
                images.stream().map(image -> member(image.state())).toList())));
  }

  private static FleetEvent.Member member(DenoisingState before) {
    Recipe recipe = before.recipe();
    return new FleetEvent.Member(
        recipe.request(), before.image(), before.step() + 1, recipe.plan().steps());
  }

  /** Returns how the model fares. */
  FleetWatch.ModelReport report(ImageLedger ledger, int batchRows, List<ReplicaSlot> slots) {
    return new FleetWatch.ModelReport(
        new Fleet.Model(
            model,
            snapshot,
            ledger.waiting(),
            ledger.inFlight(),
            batchRows,
            slots.stream().map(ReplicaSlot::report).toList()));
  }
}
