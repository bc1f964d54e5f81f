package io.stepwise.diffusion;

/**
 * How a few timesteps are chosen from all that a model was trained on: Lin et al. 2024
 * (arXiv:2305.08891), table 2. Rounding is half to even, as NumPy rounds.
 */
enum TimestepSpacing {
  /**
   * Every (T / n)th from 0, the quotient rounded down; begins below T - 1, so the first state has
   * more noise than the network is told.
   */
  LEADING {
    @Override
    int ascending(int index, int steps, int trainTimesteps) {
      return index * (trainTimesteps / steps);
    }
  },
  /** Both ends and equal distances between them; 0 alone for one step. */
  LINSPACE {
    @Override
    int ascending(int index, int steps, int trainTimesteps) {
      int last = trainTimesteps - 1;
      double distance = last / Math.max(1.0, steps - 1);
      return (int) Math.rint(index * distance);
    }

    @Override
    double ascendingTime(int index, int steps, int trainTimesteps) {
      int last = trainTimesteps - 1;
      return index > 0 && index == steps - 1
          ? last
          : (float) (index * (last / Math.max(1.0, steps - 1)));
    }
  },
  /**
   * Equal distances down from T - 1, which is always the first. There are exactly n, also where
   * diffusers' rounding adds another one at -1.
   */
  TRAILING {
    @Override
    int ascending(int index, int steps, int trainTimesteps) {
      double distance = trainTimesteps - (trainTimesteps - (double) trainTimesteps / steps);
      return (int) Math.rint(trainTimesteps - (steps - 1 - index) * distance) - 1;
    }
  };

  /** Returns one of the chosen timesteps, counted from the least noisy. */
  abstract int ascending(int index, int steps, int trainTimesteps);

  /** Returns one of the chosen timesteps without rounding to a whole one. */
  double ascendingTime(int index, int steps, int trainTimesteps) {
    return ascending(index, steps, trainTimesteps);
  }

  /**
   * Returns n timesteps, the noisiest first.
   *
   * @param steps n, 1 to T
   * @param trainTimesteps T
   * @param offset added to every timestep by {@link #LEADING} alone, 0 or more
   * @throws IllegalArgumentException if the number of steps or the offset leads out of 0 to T - 1
   */
  int[] timesteps(int steps, int trainTimesteps, int offset) {
    requireSteps(steps, trainTimesteps);
    int shift = this == LEADING ? offset : 0;
    int[] timesteps = new int[steps];
    for (int i = 0; i < steps; i++) {
      timesteps[steps - 1 - i] = ascending(i, steps, trainTimesteps) + shift;
    }
    requireInRange(timesteps[0], steps, trainTimesteps, offset);
    return timesteps;
  }

  /**
   * Returns n times like {@link #timesteps}, but those of {@link #LINSPACE} are not rounded to
   * whole timesteps, only to float32: what diffusers' solvers in sigma space visit.
   */
  double[] times(int steps, int trainTimesteps, int offset) {
    int[] timesteps = timesteps(steps, trainTimesteps, offset);
    double[] times = new double[steps];
    for (int i = 0; i < steps; i++) {
      int index = steps - 1 - i;
      times[i] = this == LINSPACE ? ascendingTime(index, steps, trainTimesteps) : timesteps[i];
    }
    return times;
  }

  /**
   * Returns the timesteps that diffusers' multistep solvers visit: the upper n of n + 1 that {@link
   * #LEADING} or {@link #LINSPACE} would choose, since the last step leads below timestep 0.
   *
   * @param steps n, 1 to T
   * @param noisiest number of timesteps that may be visited, counted from the least noisy; with
   *     {@link #TRAILING} there are fewer than n steps where this is less than T
   * @param trainTimesteps T
   * @param offset added to every timestep by {@link #LEADING} alone, 0 or more
   */
  int[] multistepTimesteps(int steps, int noisiest, int trainTimesteps, int offset) {
    requireSteps(steps, trainTimesteps);
    if (this == TRAILING) {
      return trailing(steps, noisiest, trainTimesteps);
    }
    int shift = this == LEADING ? offset : 0;
    int[] timesteps = new int[steps];
    for (int i = 0; i < steps; i++) {
      timesteps[i] = ascending(steps - i, steps + 1, noisiest) + shift;
    }
    requireInRange(timesteps[0], steps, trainTimesteps, offset);
    return timesteps;
  }

  private static int[] trailing(int steps, int noisiest, int trainTimesteps) {
    double step = (double) trainTimesteps / steps;
    double distance = noisiest - (noisiest - step);
    int count = Math.min(steps, (int) Math.ceil(noisiest / step));
    int[] timesteps = new int[count];
    for (int i = 0; i < count; i++) {
      timesteps[i] = Math.max(0, (int) Math.rint(noisiest - i * distance) - 1);
    }
    return timesteps;
  }

  private static void requireSteps(int steps, int trainTimesteps) {
    if (steps < 1 || steps > trainTimesteps) {
      throw new IllegalArgumentException(
          "steps: " + steps + " (expected: 1 to " + trainTimesteps + ")");
    }
  }

  private static void requireInRange(int first, int steps, int trainTimesteps, int offset) {
    if (first >= trainTimesteps) {
      throw new IllegalArgumentException(
          String.format(
              "steps_offset: %d (expected: at most %d with %d steps)",
              offset, offset - (first - trainTimesteps + 1), steps));
    }
  }
}
