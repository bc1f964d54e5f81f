package io.stepwise.sampling;

import io.stepwise.batching.Admission;
import io.stepwise.batching.Capacity;
import io.stepwise.batching.CostModel;
import io.stepwise.batching.DeadlineAdmission;
import io.stepwise.batching.DeadlineAdmission.Disturbing;
import io.stepwise.batching.DeadlineAdmission.InTime;
import io.stepwise.batching.DeadlineAdmission.TooLate;
import io.stepwise.batching.DeadlineAdmission.Verdict;
import io.stepwise.batching.Job;
import io.stepwise.batching.Policy;
import io.stepwise.batching.StepTime;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Decides for a router whether it takes on the images of a generation. It takes on what can be done
 * in time, and all while nothing is known: before any step was measured, while no replica is ready,
 * and where batches are run to their end.
 */
final class RouterAdmission {

  private final Optional<Policy> policy;
  private final CostModel costs;

  RouterAdmission(SamplingOptions.Scheduling scheduling, CostModel costs) {
    this.policy = scheduling.order();
    this.costs = costs;
  }

  /** Learns from a batch that was run. */
  void learn(List<QueuedImage> images, Router.BatchDone done) {
    int rows = images.stream().mapToInt(QueuedImage::rows).sum();
    if (rows > 0 && !done.ran().isZero()) {
      costs.learn(new StepTime(rows, done.ran().toNanos()));
    }
    int finished = (int) images.stream().filter(image -> image.remainingSteps() == 1).count();
    if (finished > 0) {
      costs.learnDecode(finished, done.decoded().toNanos());
    }
  }

  /**
   * Returns what the generation is told: {@code Admitted} or {@code TurnedAway}.
   *
   * @param replicas how many are ready
   */
  Generation.News answer(Router.Enqueue wish, ImageLedger ledger, int replicas, long nowNanos) {
    if (policy.isEmpty() || costs.isCold() || replicas == 0 || wish.states().isEmpty()) {
      return new Generation.Admitted(null);
    }
    Job job =
        Job.of(
                wish.states().stream().map(state -> new QueuedImage(state, wish.generation())),
                policy.get())
            .iterator()
            .next();
    Collection<Job> accepted = Job.of(ledger.unfinished(), policy.get());
    int rows = costs.batchRows();
    Capacity capacity =
        new Capacity(costs, rows, replicas, ledger.batchesAtOnce(), costs.decodeNanos());
    long waitNanos = costs.nanos(rows) * ledger.batches() / replicas;
    Verdict verdict = DeadlineAdmission.decide(job, accepted, capacity, waitNanos, nowNanos);
    Recipe.Urgency urgency = wish.states().get(0).recipe().urgency();
    return answer(verdict, urgency, nowNanos);
  }

  private static Generation.News answer(Verdict verdict, Recipe.Urgency urgency, long nowNanos) {
    long passed = nowNanos - urgency.acceptedNanos();
    if (verdict instanceof InTime inTime) {
      return new Generation.Admitted(Duration.ofNanos(passed + inTime.nanos()));
    }
    if (verdict instanceof TooLate late) {
      long deadline = urgency.deadlineNanos() - urgency.acceptedNanos();
      return new Generation.TurnedAway(
          "deadline_ms: "
              + millis(deadline)
              + " (expected: "
              + millis(deadline + late.excessNanos())
              + " or more, with what is accepted already)",
          Admission.advice(late.excessNanos()));
    }
    if (verdict instanceof Disturbing disturbing) {
      return new Generation.TurnedAway(
          "requests that were accepted before would not be finished in time",
          Admission.advice(disturbing.excessNanos()));
    }
    throw new IllegalStateException("verdict: " + verdict);
  }

  /** Returns milliseconds, rounded up. */
  private static long millis(long nanos) {
    return (nanos + 999_999) / 1_000_000;
  }
}
