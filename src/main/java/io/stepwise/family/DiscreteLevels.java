package io.stepwise.family;

import io.stepwise.diffusion.NoiseSchedule;

/**
 * All timesteps of a noise schedule alike: the simple objective of Ho et al. 2020
 * (arXiv:2006.11239), equation 14.
 */
record DiscreteLevels(NoiseSchedule schedule) implements NoiseLevels {

  @Override
  public Level at(double fraction) {
    int timestep = (int) (fraction * schedule.trainTimesteps());
    return new Level(timestep, schedule.alpha(timestep), schedule.sigma(timestep), 1);
  }
}
