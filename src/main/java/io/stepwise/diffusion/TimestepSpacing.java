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

  /**
   * Returns n timesteps, the noisiest first.
   *
   * @param steps n, 1 to T
   * @param trainTimesteps T
   * @param offset added to every timestep by {@link #LEADING} alone, 0 or more
   * @throws IllegalArgumentException if the number of steps or the offset leads out of 0 to T - 1
   */
  int[] timesteps(int steps, int trainTimesteps, int offset) {
    if (steps < 1 || steps > trainTimesteps) {
      throw new IllegalArgumentException(
          "steps: " + steps + " (expected: 1 to " + trainTimesteps + ")");
    }
    int shift = this == LEADING ? offset : 0;
    int[] timesteps = new int[steps];
    for (int i = 0; i < steps; i++) {
      timesteps[steps - 1 - i] = ascending(i, steps, trainTimesteps) + shift;
    }
    if (timesteps[0] >= trainTimesteps) {
      throw new IllegalArgumentException(
          String.format(
              "steps_offset: %d (expected: at most %d with %d steps)",
              offset, offset - (timesteps[0] - trainTimesteps + 1), steps));
    }
    return timesteps;
  }
}
