package io.stepwise.training;

import io.stepwise.snapshot.Snapshot;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is known of one training, from what its worker tells. Not thread safe. */
final class TrainingRecord {

  private static final int MOST_POINTS = 400;
  private static final int MOST_PUBLISHED = 100;
  private static final int RATE_UPDATES = 20;

  private final String model;
  private final LossCurve curve = new LossCurve(MOST_POINTS);
  private final Deque<Snapshot> published = new ArrayDeque<>();
  private final Deque<Long> times = new ArrayDeque<>();
  private int step;
  private int of;
  private int batchSize;
  private TrainingStatus.@Nullable Figures figures;
  private @Nullable String error;

  TrainingRecord(String model) {
    this.model = model;
  }

  /** Takes where it begins or, after a failure, goes on. */
  void begin(int first, int last, int imagesPerUpdate) {
    step = first;
    of = last;
    batchSize = imagesPerUpdate;
    times.clear();
    error = null;
  }

  /**
   * Takes an update.
   *
   * @param now nanoseconds on any clock that only goes forward
   */
  void add(TrainingStep update, double smoothedLoss, long now) {
    boolean isRepeated = update.step() <= step;
    step = update.step();
    times.addLast(now);
    if (times.size() > RATE_UPDATES) {
      times.removeFirst();
    }
    Double measured = update.validationLoss();
    if (!isRepeated) {
      curve.add(update.step(), update.loss(), measured);
    }
    Double last = figures == null ? null : figures.validationLoss();
    Double best = figures == null ? null : figures.bestValidationLoss();
    figures =
        new TrainingStatus.Figures(
            update.loss(),
            smoothedLoss,
            measured == null ? last : measured,
            update.isBest() ? measured : best,
            update.learningRate(),
            imagesPerSecond());
  }

  void add(Snapshot snapshot) {
    published.removeIf(earlier -> earlier.digest().equals(snapshot.digest()));
    published.addFirst(snapshot);
    if (published.size() > MOST_PUBLISHED) {
      published.removeLast();
    }
  }

  /** Takes what is wrong; null for nothing. */
  void setError(@Nullable String problem) {
    error = problem;
  }

  /** Forgets the times of updates, so that a pause does not count. */
  void interruptRate() {
    times.clear();
  }

  TrainingStatus status(TrainingStatus.State state, double share) {
    return new TrainingStatus(
        state, model, step, of, figures, share, curve.points(), List.copyOf(published), error);
  }

  private @Nullable Double imagesPerSecond() {
    if (times.size() < 2) {
      return null;
    }
    double seconds = (times.getLast() - times.getFirst()) / 1e9;
    return seconds > 0 ? (times.size() - 1) * batchSize / seconds : null;
  }
}
