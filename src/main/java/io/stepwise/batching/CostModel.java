package io.stepwise.batching;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * How long a step takes, by network rows, as it was measured; and what follows from it for the size
 * of a batch.
 *
 * <p>For each size that was measured the median of the last measurements counts. A larger batch is
 * never taken to be faster: sizes that seem so are averaged, each with the weight of its
 * measurements (the pool-adjacent-violators algorithm). Between sizes that were measured the time
 * is on the straight line from one to the next.
 *
 * <p>Not thread safe.
 */
public final class CostModel implements StepCost {

  /** What is said of a step while nothing is known. */
  static final long UNKNOWN_NANOS = 20_000_000L;

  /** How much of the best rate may be given up for a smaller batch, whose steps are shorter. */
  static final double TOLERANCE = 0.05;

  /** A size and the time of its step; consecutive ones never fall. */
  private record Point(int rows, double nanos) {}

  /** Sizes whose times are averaged. */
  private record Pool(double nanos, int weight, int sizes) {

    Pool with(Pool other) {
      int sum = weight + other.weight;
      double mean = (nanos * weight + other.nanos * other.weight) / sum;
      return new Pool(mean, sum, sizes + other.sizes);
    }
  }

  private final int maxRows;
  private final long maxStepNanos;
  private final NavigableMap<Integer, RecentTimes> measured = new TreeMap<>();
  private final RecentTimes decodes = new RecentTimes();
  private List<Point> curve = List.of();
  private int batchRows;

  /**
   * Knows nothing yet.
   *
   * @param maxRows most network rows of a batch, 1 or more
   * @param maxStepNanos longest time that a step shall take; 0 for any
   */
  public CostModel(int maxRows, long maxStepNanos) {
    this.maxRows = maxRows;
    this.maxStepNanos = maxStepNanos;
    this.batchRows = maxStepNanos == 0 ? maxRows : 1;
  }

  /** Learns from a step that was run. */
  public void learn(StepTime step) {
    measured.computeIfAbsent(step.rows(), rows -> new RecentTimes()).add(step.nanos());
    curve = rising(measured);
    batchRows = chooseRows();
  }

  /** Learns how long it took to decode some images, 1 or more. */
  public void learnDecode(int images, long nanos) {
    decodes.add(nanos / images);
  }

  /** Returns whether nothing was measured yet. */
  public boolean isCold() {
    return curve.isEmpty();
  }

  /** Returns the time of a step; a guess that is the same for all sizes while nothing is known. */
  @Override
  public long nanos(int rows) {
    return isCold() ? UNKNOWN_NANOS : Math.max(1, Math.round(interpolated(rows)));
  }

  /** Returns the time that the decoder takes for an image; 0 if it is not known. */
  public long decodeNanos() {
    return decodes.count() == 0 ? 0 : decodes.median();
  }

  /**
   * Returns the size of batches to make: the smallest whose rate, in rows a second, is almost the
   * best, if its step is not too long; 1 if every step is.
   */
  public int batchRows() {
    return batchRows;
  }

  private int chooseRows() {
    double best = 0;
    for (int rows = 1; rows <= maxRows && isShort(rows); rows++) {
      best = Math.max(best, rows / interpolated(rows));
    }
    int chosen = 1;
    while (chosen < maxRows && chosen / interpolated(chosen) < (1 - TOLERANCE) * best) {
      chosen++;
    }
    return chosen;
  }

  /** Returns whether a step surely is; one larger than all that were measured counts in full. */
  private boolean isShort(int rows) {
    Point last = curve.get(curve.size() - 1);
    double nanos = rows <= last.rows() ? interpolated(rows) : last.nanos() * rows / last.rows();
    return maxStepNanos == 0 || nanos <= maxStepNanos;
  }

  private double interpolated(int rows) {
    Point first = curve.get(0);
    if (rows <= first.rows() || curve.size() == 1) {
      return first.nanos();
    }
    int right = 1;
    for (int above = curve.size() - 1; right < above; ) {
      int middle = (right + above) / 2;
      if (curve.get(middle).rows() < rows) {
        right = middle + 1;
      } else {
        above = middle;
      }
    }
    Point low = curve.get(right - 1);
    Point high = curve.get(right);
    double slope = (high.nanos() - low.nanos()) / (high.rows() - low.rows());
    return low.nanos() + slope * (rows - low.rows());
  }

  private static List<Point> rising(NavigableMap<Integer, RecentTimes> measured) {
    List<Pool> pools = new ArrayList<>();
    for (RecentTimes times : measured.values()) {
      Pool pool = new Pool(times.median(), times.count(), 1);
      while (!pools.isEmpty() && pools.get(pools.size() - 1).nanos() > pool.nanos()) {
        pool = pools.remove(pools.size() - 1).with(pool);
      }
      pools.add(pool);
    }
    List<Point> points = new ArrayList<>();
    int pool = 0;
    int inPool = 0;
    for (Map.Entry<Integer, RecentTimes> size : measured.entrySet()) {
      points.add(new Point(size.getKey(), pools.get(pool).nanos()));
      inPool++;
      if (inPool == pools.get(pool).sizes()) {
        pool++;
        inPool = 0;
      }
    }
    return List.copyOf(points);
  }
}
