package io.stepwise.family;

import io.stepwise.network.TensorData;
import java.util.Arrays;
import java.util.Map;

/**
 * The last ten losses of each timestep, and how often a timestep is drawn because of them: as the
 * root of their mean square, one draw in a thousand aside, and all alike until every timestep has
 * ten. Nichol and Dhariwal 2021 (arXiv:2102.09672), section 3.3.
 */
final class LossHistory {

  private static final int KEPT = 10;
  private static final double EVEN_SHARE = 0.001;
  private static final String LOSSES = "losses";
  private static final String COUNTS = "counts";

  private final int timesteps;
  private final float[] losses;
  private final float[] counts;
  private double[] cumulative;

  /**
   * A timestep that was drawn.
   *
   * @param timestep 0 to T - 1
   * @param weight how much more often it is drawn if all are alike
   */
  record Draw(int timestep, double weight) {}

  /** Begins with no losses of so many timesteps, 1 or more. */
  LossHistory(int timesteps) {
    this.timesteps = timesteps;
    this.losses = new float[timesteps * KEPT];
    this.counts = new float[timesteps];
    this.cumulative = cumulative();
  }

  /**
   * Draws a timestep.
   *
   * @param fraction uniform between 0 and 1 (excluded)
   */
  Draw draw(double fraction) {
    double wanted = fraction * cumulative[timesteps - 1];
    int found = Arrays.binarySearch(cumulative, wanted);
    int timestep = Math.min(timesteps - 1, found < 0 ? -found - 1 : found + 1);
    double before = timestep == 0 ? 0 : cumulative[timestep - 1];
    double probability = (cumulative[timestep] - before) / cumulative[timesteps - 1];
    return new Draw(timestep, 1 / (timesteps * probability));
  }

  /** Takes in a loss, in place of the timestep's oldest if it has ten. */
  void add(int timestep, double loss) {
    int from = timestep * KEPT;
    int count = (int) counts[timestep];
    if (count == KEPT) {
      System.arraycopy(losses, from + 1, losses, from, KEPT - 1);
      losses[from + KEPT - 1] = (float) loss;
    } else {
      losses[from + count] = (float) loss;
      counts[timestep]++;
    }
  }

  /** Lets what was added count in the draws to come. */
  void apply() {
    cumulative = cumulative();
  }

  /** Returns copies of all that it knows: losses [T, 10] and how many there are of each [T]. */
  Map<String, TensorData> state() {
    return Map.of(
        LOSSES, new TensorData(new long[] {timesteps, KEPT}, losses.clone()),
        COUNTS, new TensorData(new long[] {timesteps}, counts.clone()));
  }

  /**
   * Goes on with what another knew.
   *
   * @throws IllegalArgumentException if that was of other timesteps
   */
  void restore(Map<String, TensorData> state) {
    copy(state, LOSSES, losses);
    copy(state, COUNTS, counts);
    apply();
  }

  private static void copy(Map<String, TensorData> state, String name, float[] target) {
    TensorData tensor = state.get(name);
    if (tensor == null || tensor.values().length != target.length) {
      throw new IllegalArgumentException(
          "%s: %s (expected: %d numbers)"
              .formatted(name, tensor == null ? "none" : tensor.values().length, target.length));
    }
    System.arraycopy(tensor.values(), 0, target, 0, target.length);
  }

  private double[] cumulative() {
    double[] shares = new double[timesteps];
    Arrays.fill(shares, 1);
    boolean isFull = true;
    for (float count : counts) {
      isFull &= count == KEPT;
    }
    if (isFull) {
      double sum = 0;
      for (int t = 0; t < timesteps; t++) {
        shares[t] = rootMeanSquare(t);
        sum += shares[t];
      }
      for (int t = 0; t < timesteps; t++) {
        shares[t] = (1 - EVEN_SHARE) * shares[t] / sum + EVEN_SHARE / timesteps;
      }
    }
    for (int t = 1; t < timesteps; t++) {
      shares[t] += shares[t - 1];
    }
    return shares;
  }

  private double rootMeanSquare(int timestep) {
    double sum = 0;
    for (int i = timestep * KEPT; i < (timestep + 1) * KEPT; i++) {
      sum += (double) losses[i] * losses[i];
    }
    return Math.sqrt(sum / KEPT);
  }
}
