package io.stepwise.diffusion;

/**
 * The finest grid of noise levels at which a bound is measured: node 0 has the least noise, node N
 * the most, and every T that divides N has its nodes among them. Immutable.
 *
 * <p>The end points are those of the model's schedule, so the prior and reconstruction terms are
 * the same for every T. Networks are told timesteps between the ones that they were trained on,
 * where the log-SNR is taken to be linear.
 */
public final class LikelihoodGrid {

  private final double[] gammas;
  private final double[] timesteps;

  private LikelihoodGrid(double[] gammas, double[] timesteps) {
    this.gammas = gammas;
    this.timesteps = timesteps;
  }

  /**
   * Returns a grid of these levels.
   *
   * @param gammas negative log-SNRs, rising; the last may be infinite
   * @param timesteps what the network is told at each
   */
  public static LikelihoodGrid of(double[] gammas, double[] timesteps) {
    if (gammas.length < 2 || gammas.length != timesteps.length) {
      throw new IllegalArgumentException(
          "nodes: %d, timesteps: %d (expected: as many, 2 or more)"
              .formatted(gammas.length, timesteps.length));
    }
    for (int i = 1; i < gammas.length; i++) {
      if (!(gammas[i] > gammas[i - 1])) {
        throw new IllegalArgumentException(
            "gamma at node %d: %s (expected: > %s)".formatted(i, gammas[i], gammas[i - 1]));
      }
    }
    return new LikelihoodGrid(gammas.clone(), timesteps.clone());
  }

  /**
   * Returns the grid of equally spaced timesteps.
   *
   * @throws IllegalArgumentException if the schedule has one timestep, or if its last has no signal
   *     and there are more steps than intervals between timesteps
   */
  public static LikelihoodGrid ofTimesteps(NoiseSchedule schedule, int steps) {
    int last = lastTimestep(schedule);
    if (steps > last && schedule.alphaBar(last) == 0) {
      throw new IllegalArgumentException(
          "steps: %d (expected: <= %d, as the last timestep has no signal)".formatted(steps, last));
    }
    double[] gammas = new double[steps + 1];
    double[] timesteps = new double[steps + 1];
    for (int i = 0; i <= steps; i++) {
      timesteps[i] = (double) last * i / steps;
      gammas[i] = schedule.gamma(timesteps[i]);
    }
    return of(gammas, timesteps);
  }

  /**
   * Returns the grid of equally spaced log-SNRs, on which the bound at a small T is tightest.
   *
   * @throws IllegalArgumentException if the schedule has one timestep, or if its last has no signal
   */
  public static LikelihoodGrid ofLogSnr(NoiseSchedule schedule, int steps) {
    int last = lastTimestep(schedule);
    double first = schedule.gamma(0);
    double end = schedule.gamma(last);
    if (end == Double.POSITIVE_INFINITY) {
      throw new IllegalArgumentException(
          "alphaBar of the last timestep: 0 (expected: > 0 for a grid of log-SNRs)");
    }
    double[] gammas = new double[steps + 1];
    double[] timesteps = new double[steps + 1];
    int below = 0;
    for (int i = 0; i <= steps; i++) {
      gammas[i] = i == steps ? end : first + (end - first) * i / steps;
      while (below < last - 1 && schedule.gamma(below + 1) <= gammas[i]) {
        below++;
      }
      double low = schedule.gamma(below);
      timesteps[i] = below + (gammas[i] - low) / (schedule.gamma(below + 1) - low);
    }
    return of(gammas, timesteps);
  }

  private static int lastTimestep(NoiseSchedule schedule) {
    if (schedule.trainTimesteps() < 2) {
      throw new IllegalArgumentException(
          "num_train_timesteps: " + schedule.trainTimesteps() + " (expected: >= 2)");
    }
    return schedule.trainTimesteps() - 1;
  }

  /** Returns N, the number of steps between nodes. */
  public int steps() {
    return gammas.length - 1;
  }

  /** Returns the negative log-SNR of a node. */
  public double gamma(int node) {
    return gammas[node];
  }

  /** Returns what the network is told at a node. */
  public double timestep(int node) {
    return timesteps[node];
  }

  /** Returns the factor on the clean image at a node. */
  public double alpha(int node) {
    return Math.sqrt(NegativeLogSnr.alphaBar(gammas[node]));
  }

  /** Returns the standard deviation of the noise at a node. */
  public double sigma(int node) {
    return Math.sqrt(NegativeLogSnr.sigmaSquared(gammas[node]));
  }

  /**
   * Returns one step of a process of T steps between nodes of this grid.
   *
   * @param index which step, 1 (into node 0) to T
   * @param steps T, a divisor of N
   */
  public ReverseStep step(int index, int steps) {
    int stride = stride(steps);
    return new ReverseStep(gammas[(index - 1) * stride], gammas[index * stride]);
  }

  /** Returns how many nodes lie between those of a process of T steps. */
  int stride(int steps) {
    if (steps < 1 || steps() % steps != 0) {
      throw new IllegalArgumentException(
          "steps: " + steps + " (expected: a divisor of " + steps() + ")");
    }
    return steps() / steps;
  }
}
