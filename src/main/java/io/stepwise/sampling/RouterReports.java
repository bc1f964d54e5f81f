package io.stepwise.sampling;

import io.stepwise.batching.CostModel;
import io.stepwise.sampling.BatchesInFlight.Batch;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/**
 * What a router tells the listener and the fleet's watch; this of batches only while somebody
 * watches.
 */
final class RouterReports {

  private final String model;
  private final SamplingListener listener;
  private @Nullable ActorRef<FleetWatch.News> watch;

  RouterReports(String model, SamplingListener listener) {
    this.listener = listener;
    this.model = model;
  }

  /** Reports batches from now on, or none any more where there is nobody to tell. */
  void reportBatches(@Nullable ActorRef<FleetWatch.News> to) {
    watch = to;
  }

  /** Reports a batch whose step is done. */
  void batchFinished(Batch batch, Router.BatchDone done, int batchRows) {
    List<QueuedImage> images = batch.attempt().images();
    String weights = images.get(0).key().weights();
    int rows = images.stream().mapToInt(QueuedImage::rows).sum();
    listener.batchFinished(
        new SamplingListener.FinishedBatch(
            model,
            done.slot(),
            weights,
            images.size(),
            rows,
            batchRows,
            done.ran(),
            done.decoded()));
    if (watch == null) {
      return;
    }
    watch.tell(
        new FleetWatch.BatchFinished(
            new FleetEvent.BatchFinished(
                model,
                "",
                done.slot(),
                weights,
                done.batchId(),
                done.started(),
                done.ran().plus(done.decoded()),
                rows,
                images.stream().map(image -> member(image.state())).toList())));
  }

  private static FleetEvent.Member member(DenoisingState before) {
    Recipe recipe = before.recipe();
    return new FleetEvent.Member(
        recipe.request(), before.image(), before.step() + 1, recipe.plan().steps());
  }

  /** Returns how the model fares. */
  FleetWatch.ModelReport report(
      ImageLedger ledger, CostModel costs, VersionsInUse versions, List<ReplicaSlot> slots) {
    return new FleetWatch.ModelReport(
        new Fleet.Model(
            model,
            versions.preferred(),
            versions.models().stream().map(VersionsInUse::digest).toList(),
            ledger.waiting(),
            ledger.inFlight(),
            costs.batchRows(),
            slots.stream().map(ReplicaSlot::report).toList()),
        RouterLoad.of(ledger, costs, slots));
  }
}
