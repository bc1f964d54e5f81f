package io.stepwise.diffusion;

import java.util.stream.IntStream;

/**
 * The finest grid of noise levels at which a bound is measured: node 0 has the least noise, node N
 * the most, and every T that divides N has its nodes among them. Immutable.
 *
 * <p>The end points are those of the model's schedule, so the prior and reconstruction terms are
 * the same for every T.
 */
public final class LikelihoodGrid {

  private final double[] gammas;

  private LikelihoodGrid(double[] gammas) {
    this.gammas = gammas;
  }

  /**
   * Returns a grid of these levels.
   *
   * @param gammas negative log-SNRs, rising, 2 or more; the last may be infinite
   */
  public static LikelihoodGrid of(double... gammas) {
    if (gammas.length < 2) {
      throw new IllegalArgumentException("nodes: " + gammas.length + " (expected: 2 or more)");
    }
    for (int i = 1; i < gammas.length; i++) {
      if (!(gammas[i] > gammas[i - 1])) {
        throw new IllegalArgumentException(
            "gamma at node %d: %s (expected: > %s)".formatted(i, gammas[i], gammas[i - 1]));
      }
    }
    return new LikelihoodGrid(gammas.clone());
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
    return of(
        IntStream.rangeClosed(0, steps)
            .mapToDouble(i -> schedule.gamma((double) last * i / steps))
            .toArray());
  }

  /**
   * Returns the grid of equally spaced log-SNRs over the noise levels of a model, on which the
   * bound at a small T is tightest.
   *
   * @throws IllegalArgumentException if the model has one level, or if its last has no signal
   */
  public static LikelihoodGrid ofLogSnr(Denoiser denoiser, int steps) {
    double first = denoiser.leastGamma();
    double end = denoiser.mostGamma();
    if (first == end) {
      throw new IllegalArgumentException("noise levels: 1 (expected: >= 2)");
    }
    if (end == Double.POSITIVE_INFINITY) {
      throw new IllegalArgumentException(
          "log-SNR of the last noise level: -Infinity (expected: a number, for a grid of"
              + " log-SNRs)");
    }
    return of(
        IntStream.rangeClosed(0, steps)
            .mapToDouble(i -> i == steps ? end : first + (end - first) * i / steps)
            .toArray());
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
