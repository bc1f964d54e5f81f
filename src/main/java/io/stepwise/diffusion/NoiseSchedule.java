package io.stepwise.diffusion;

import java.util.function.DoubleUnaryOperator;

/**
 * The noise levels of a discrete-time diffusion model: {@code x_t = alpha(t) * x_0 + sigma(t) *
 * epsilon} at the timesteps t = 0 (least noise) to T - 1 (most).
 *
 * <p>Betas and their complements are rounded to float32, as diffusers rounds them, so that a model
 * sees here the very levels that it was trained on; everything after them is double. Immutable.
 */
public final class NoiseSchedule {

  /** The most timesteps that a schedule may have. */
  static final int MAX_TIMESTEPS = 1_000_000;

  private static final double COSINE_OFFSET = 0.008;
  private static final double EXPONENTIAL_RATE = 12;
  private static final double LAPLACE_OFFSET = 1e-6;
  private static final double SIGMOID_RANGE = 6;
  private static final double MAX_BETA = 0.999;

  private final double[] alphaBars;

  private NoiseSchedule(float[] betas) {
    alphaBars = new double[betas.length];
    double alphaBar = 1;
    for (int t = 0; t < betas.length; t++) {
      double before = alphaBar;
      alphaBar *= 1f - betas[t];
      boolean isNoisier = alphaBar < before && alphaBar >= 0;
      boolean hasSignal = alphaBar > 0 || t == betas.length - 1;
      if (!isNoisier || !hasSignal) {
        throw new IllegalArgumentException(
            String.format(
                "beta at timestep %d: %s with alphaBar %s before it (expected: > 6e-8 and <= 1,"
                    + " and signal left at every timestep but the last)",
                t, betas[t], before));
      }
      alphaBars[t] = alphaBar;
    }
  }

  /**
   * Returns the schedule whose betas rise linearly: Ho et al. 2020 (arXiv:2006.11239), section 4.
   */
  public static NoiseSchedule linear(int trainTimesteps, double betaStart, double betaEnd) {
    return new NoiseSchedule(linspace(betaStart, betaEnd, requireTimesteps(trainTimesteps)));
  }

  /**
   * Returns the schedule whose betas rise linearly in their square roots: Rombach et al. 2022
   * (arXiv:2112.10752).
   */
  public static NoiseSchedule scaledLinear(int trainTimesteps, double betaStart, double betaEnd) {
    float[] betas =
        linspace(Math.sqrt(betaStart), Math.sqrt(betaEnd), requireTimesteps(trainTimesteps));
    for (int t = 0; t < betas.length; t++) {
      betas[t] *= betas[t];
    }
    return new NoiseSchedule(betas);
  }

  /**
   * Returns the cosine schedule with betas capped at 0.999: Nichol and Dhariwal 2021
   * (arXiv:2102.09672), equation 17; diffusers' {@code squaredcos_cap_v2}.
   */
  public static NoiseSchedule cosine(int trainTimesteps) {
    return ofRetention(
        trainTimesteps,
        time -> {
          double root = Math.cos((time + COSINE_OFFSET) / (1 + COSINE_OFFSET) * Math.PI / 2);
          return root * root;
        });
  }

  /**
   * Returns the schedule whose log-SNR falls along a line, in equal steps from the first timestep
   * to the last: Kingma et al. 2021 (arXiv:2107.00630). Each beta makes up for the rounding of
   * those before it.
   *
   * @param most log-SNR of timestep 0
   * @param least log-SNR of the last timestep
   * @throws IllegalArgumentException if there are so many timesteps, or so little noise at the
   *     first, that float32 does not tell two of them apart
   */
  public static NoiseSchedule linearLogSnr(int trainTimesteps, double most, double least) {
    float[] betas = new float[requireTimesteps(trainTimesteps)];
    double alphaBar = 1;
    for (int t = 0; t < betas.length; t++) {
      double share = (double) t / Math.max(1, betas.length - 1);
      double wanted = 1 / (1 + Math.exp(-(most + share * (least - most))));
      betas[t] = (float) (1 - wanted / alphaBar);
      alphaBar *= 1f - betas[t];
    }
    return new NoiseSchedule(betas);
  }

  /** Returns the schedule whose alphaBar falls as {@code exp(-12 t / T)}, betas capped at 0.999. */
  static NoiseSchedule exponential(int trainTimesteps) {
    return ofRetention(trainTimesteps, time -> Math.exp(-EXPONENTIAL_RATE * time));
  }

  /**
   * Returns the schedule whose log-SNR follows a Laplace distribution, betas capped at 0.999: Hang
   * and Gu 2024 (arXiv:2407.03297).
   */
  static NoiseSchedule laplace(int trainTimesteps) {
    return ofRetention(
        trainTimesteps,
        time -> {
          double fromMiddle = 0.5 - time;
          double logSnr =
              -0.5
                  * Math.copySign(1, fromMiddle)
                  * Math.log(1 - 2 * Math.abs(fromMiddle) + LAPLACE_OFFSET);
          double snr = Math.exp(logSnr);
          return Math.sqrt(snr / (1 + snr));
        });
  }

  /** Returns the schedule whose betas rise as a sigmoid from -6 to 6: Xu et al. 2022, GeoDiff. */
  static NoiseSchedule sigmoid(int trainTimesteps, double betaStart, double betaEnd) {
    float[] betas = linspace(-SIGMOID_RANGE, SIGMOID_RANGE, requireTimesteps(trainTimesteps));
    for (int t = 0; t < betas.length; t++) {
      float share = (float) (1 / (1 + Math.exp(-betas[t])));
      betas[t] = share * (float) (betaEnd - betaStart) + (float) betaStart;
    }
    return new NoiseSchedule(betas);
  }

  /** Returns the schedule of an alphaBar over the time 0 to 1, betas capped at 0.999. */
  private static NoiseSchedule ofRetention(int trainTimesteps, DoubleUnaryOperator alphaBar) {
    float[] betas = new float[requireTimesteps(trainTimesteps)];
    for (int t = 0; t < betas.length; t++) {
      double before = alphaBar.applyAsDouble((double) t / trainTimesteps);
      double after = alphaBar.applyAsDouble((double) (t + 1) / trainTimesteps);
      betas[t] = (float) Math.min(1 - after / before, MAX_BETA);
    }
    return new NoiseSchedule(betas);
  }

  /**
   * Returns the schedule with these betas.
   *
   * @param betas variance added by each training step, greater than 0 and less than 1; the last may
   *     be 1
   */
  public static NoiseSchedule ofBetas(double... betas) {
    float[] values = new float[requireTimesteps(betas.length)];
    for (int t = 0; t < values.length; t++) {
      values[t] = (float) betas[t];
    }
    return new NoiseSchedule(values);
  }

  /**
   * Returns this schedule shifted and scaled so that the last timestep is pure noise and the first
   * stays as it is: Lin et al. 2024 (arXiv:2305.08891), algorithm 1.
   */
  public NoiseSchedule withZeroTerminalSignal() {
    int last = trainTimesteps() - 1;
    float first = roundedAlpha(0);
    float end = roundedAlpha(last);
    float[] betas = new float[trainTimesteps()];
    float before = 1;
    for (int t = 0; t <= last; t++) {
      float alpha = (roundedAlpha(t) - end) * (first / (first - end));
      float alphaBar = alpha * alpha;
      betas[t] = 1 - alphaBar / before;
      before = alphaBar;
    }
    return new NoiseSchedule(betas);
  }

  /**
   * Returns alpha as float32 arithmetic has it, on which the differences to the last one depend.
   */
  private float roundedAlpha(int timestep) {
    return (float) Math.sqrt((float) alphaBars[timestep]);
  }

  /** Returns T, the number of timesteps that the model is trained on. */
  public int trainTimesteps() {
    return alphaBars.length;
  }

  /** Returns the share of the signal's variance that is left at a timestep, 0 to 1. */
  public double alphaBar(int timestep) {
    return alphaBars[timestep];
  }

  /**
   * Returns the negative log-SNR at a timestep, which may lie between two: it goes along a line
   * from one to the next. Positive infinity after the last but one where the last has no signal.
   *
   * @param timestep 0 to T - 1
   */
  public double gamma(double timestep) {
    int below = (int) timestep;
    double low = NegativeLogSnr.ofAlphaBar(alphaBars[below]);
    double share = timestep - below;
    if (share == 0) {
      return low;
    }
    return low + share * (NegativeLogSnr.ofAlphaBar(alphaBars[below + 1]) - low);
  }

  /**
   * Returns the timestep, which may lie between two, at a negative log-SNR.
   *
   * @param gamma from that of timestep 0 to that of T - 1
   */
  double timestep(double gamma) {
    int low = 0;
    int high = alphaBars.length - 1;
    while (high - low > 1) {
      int middle = (low + high) >>> 1;
      if (gamma(middle) <= gamma) {
        low = middle;
      } else {
        high = middle;
      }
    }
    if (gamma >= gamma(high)) {
      return high;
    }
    double below = gamma(low);
    double above = gamma(high);
    return above == Double.POSITIVE_INFINITY ? low : low + (gamma - below) / (above - below);
  }

  /** Returns the factor on the clean image at a timestep, 0 to 1. */
  public double alpha(int timestep) {
    return Math.sqrt(alphaBars[timestep]);
  }

  /** Returns the standard deviation of the noise at a timestep, more than 0, at most 1. */
  public double sigma(int timestep) {
    return Math.sqrt(1 - alphaBars[timestep]);
  }

  /** Returns the variance that the training step into a timestep adds, more than 0, at most 1. */
  public double beta(int timestep) {
    return timestep == 0 ? 1 - alphaBars[0] : 1 - alphaBars[timestep] / alphaBars[timestep - 1];
  }

  private static int requireTimesteps(int trainTimesteps) {
    if (trainTimesteps < 1 || trainTimesteps > MAX_TIMESTEPS) {
      throw new IllegalArgumentException(
          "num_train_timesteps: " + trainTimesteps + " (expected: 1 to " + MAX_TIMESTEPS + ")");
    }
    return trainTimesteps;
  }

  /** Returns equally spaced float32 numbers, counted from both ends as PyTorch counts them. */
  static float[] linspace(double start, double end, int count) {
    float low = (float) start;
    float high = (float) end;
    if (count == 1) {
      return new float[] {low};
    }
    float[] values = new float[count];
    float step = (high - low) / (count - 1);
    for (int i = 0; i < count; i++) {
      values[i] = i < count / 2 ? low + step * i : high - step * (count - 1 - i);
    }
    return values;
  }
}
