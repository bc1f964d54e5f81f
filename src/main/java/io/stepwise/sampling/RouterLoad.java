package io.stepwise.sampling;

import io.stepwise.batching.CostModel;
import java.util.List;

/**
 * What there is to do for the replicas of one router, and how fast they are.
 *
 * @param readyReplicas how many can work
 * @param rowSteps steps left of all unfinished images together, each times its network rows
 * @param rowNanos time that the ready replicas together need for one step of one row of a batch of
 *     the usual size; while nothing was measured, a guess that is the same everywhere
 */
public record RouterLoad(int readyReplicas, long rowSteps, long rowNanos) {

  static RouterLoad of(ImageLedger ledger, CostModel costs, List<ReplicaSlot> slots) {
    int ready = (int) slots.stream().filter(ReplicaSlot::isReady).count();
    long rowSteps =
        ledger.unfinished().mapToLong(image -> (long) image.rows() * image.remainingSteps()).sum();
    int rows = costs.batchRows();
    return new RouterLoad(ready, rowSteps, costs.nanos(rows) / rows / Math.max(1, ready));
  }
}
