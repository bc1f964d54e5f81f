package io.stepwise.diffusion;

/** The noise schedules that diffusers names in {@code beta_schedule}. */
enum BetaSchedule {
  LINEAR {
    @Override
    NoiseSchedule schedule(int trainTimesteps, double betaStart, double betaEnd) {
      return NoiseSchedule.linear(trainTimesteps, betaStart, betaEnd);
    }
  },
  SCALED_LINEAR {
    @Override
    NoiseSchedule schedule(int trainTimesteps, double betaStart, double betaEnd) {
      return NoiseSchedule.scaledLinear(trainTimesteps, betaStart, betaEnd);
    }
  },
  /** The cosine schedule, which has no use for the two betas. */
  SQUAREDCOS_CAP_V2 {
    @Override
    NoiseSchedule schedule(int trainTimesteps, double betaStart, double betaEnd) {
      return NoiseSchedule.cosine(trainTimesteps);
    }
  },
  /** Rises from one beta to the other as a sigmoid. */
  SIGMOID {
    @Override
    NoiseSchedule schedule(int trainTimesteps, double betaStart, double betaEnd) {
      return NoiseSchedule.sigmoid(trainTimesteps, betaStart, betaEnd);
    }
  },
  /** The Laplace schedule, which has no use for the two betas. */
  LAPLACE {
    @Override
    NoiseSchedule schedule(int trainTimesteps, double betaStart, double betaEnd) {
      return NoiseSchedule.laplace(trainTimesteps);
    }
  },
  /** The exponential schedule, which has no use for the two betas. */
  EXP {
    @Override
    NoiseSchedule schedule(int trainTimesteps, double betaStart, double betaEnd) {
      return NoiseSchedule.exponential(trainTimesteps);
    }
  };

  /** Returns the schedule with so many timesteps, from one beta to the other. */
  abstract NoiseSchedule schedule(int trainTimesteps, double betaStart, double betaEnd);
}
