package io.stepwise.diffusion;

/**
 * The ratios sigma / alpha of noise to signal at the timesteps of a schedule.
 *
 * <p>Ratios and their logarithms are rounded to float32 as in diffusers, since a timestep that is
 * found by them and then rounded down depends on the last bit. A last timestep without any signal
 * counts as one with an alphaBar of 2^-24, so that its ratio is finite, and possibly less than
 * those just before it. Immutable.
 */
final class RatioTable {

  private static final float LEAST_ALPHA_BAR = 0x1p-24f;
  private static final double SMALLEST = 1e-10;
  private static final double ROUNDING = 1e-12;

  private final float[] ratios;
  private final float[] logs;

  private RatioTable(float[] ratios) {
    this.ratios = ratios;
    logs = new float[ratios.length];
    for (int t = 0; t < logs.length; t++) {
      logs[t] = (float) Math.log(ratios[t]);
    }
  }

  static RatioTable of(NoiseSchedule schedule) {
    float[] ratios = new float[schedule.trainTimesteps()];
    for (int t = 0; t < ratios.length; t++) {
      float alphaBar = (float) schedule.alphaBar(t);
      float kept = alphaBar == 0 ? LEAST_ALPHA_BAR : alphaBar;
      ratios[t] = (float) Math.sqrt((1 - kept) / kept);
    }
    return new RatioTable(ratios);
  }

  /** Returns the ratio at timestep 0. */
  double least() {
    return ratios[0];
  }

  /** Returns the ratio at timestep T - 1. */
  double most() {
    return ratios[ratios.length - 1];
  }

  /** Returns the ratio at any time from 0 to T - 1, linear between the timesteps. */
  double at(double time) {
    int below = (int) Math.floor(time);
    if (below >= ratios.length - 1) {
      return most();
    }
    double slope = (double) ratios[below + 1] - ratios[below];
    return slope * (time - below) + ratios[below];
  }

  /** Returns the time of a ratio, linear in its logarithm between the timesteps. */
  double timeOf(double ratio) {
    if (logs.length == 1) {
      return 0;
    }
    double log = Math.log(Math.max(ratio, SMALLEST));
    int last = logs.length - 1;
    int below = log >= logs[last] - ROUNDING ? last : countUpTo(log) - 1;
    below = Math.max(0, Math.min(below, last - 1));
    float low = logs[below];
    float high = logs[below + 1];
    double share = Math.max(0, Math.min(1, (low - log) / (low - high)));
    return (1 - share) * below + share * (below + 1);
  }

  /** Returns how many timesteps have half a log-SNR below a bound; these are the noisiest. */
  int countBelow(double halfLogSnr) {
    return logs.length - countUpTo(-halfLogSnr);
  }

  /**
   * Returns how many timesteps, the last one at most, have a logarithm that is not above a bound.
   */
  private int countUpTo(double bound) {
    int count = 0;
    int end = logs[logs.length - 1] <= bound ? logs.length : logs.length - 1;
    while (count < end) {
      int middle = (count + end) / 2;
      if (logs[middle] <= bound) {
        count = middle + 1;
      } else {
        end = middle;
      }
    }
    return count;
  }
}
