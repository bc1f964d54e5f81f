package io.stepwise.diffusion;

import java.util.List;

/** How the noise levels of a plan lie between the first and the last of them. */
enum RatioSpacing {
  /** Where the timesteps are that the plan visits. */
  TIMESTEPS {
    @Override
    double ratio(double most, double least, double share) {
      throw new IllegalStateException("levels at timesteps have no spacing of their own");
    }
  },
  /** Karras et al. 2022 (arXiv:2206.00364), equation 5, with a rho of 7. */
  KARRAS {
    @Override
    double ratio(double most, double least, double share) {
      return karras(most, least, share, KARRAS_RHO);
    }
  },
  /** Equal distances in log-SNR, by float32 logarithms: Lu et al. 2022 (arXiv:2206.00927). */
  LU {
    @Override
    double ratio(double most, double least, double share) {
      double first = (float) Math.log(most);
      return Math.exp(first + share * ((float) Math.log(least) - first));
    }
  },
  /** Equal distances in log-SNR. */
  EXPONENTIAL {
    @Override
    double ratio(double most, double least, double share) {
      double first = Math.log(most);
      return Math.exp(first + share * (Math.log(least) - first));
    }
  },
  /** Quantiles of Beta(0.6, 0.6), denser at both ends: Lee et al. 2024 (arXiv:2407.12173). */
  BETA {
    @Override
    double ratio(double most, double least, double share) {
      return least + BetaQuantile.of(1 - share, BETA_SHAPE) * (most - least);
    }
  };

  private static final double KARRAS_RHO = 7;
  private static final double BETA_SHAPE = 0.6;

  private static final List<SchedulerField> EXCLUSIVE =
      List.of(
          SchedulerField.USE_BETA_SIGMAS,
          SchedulerField.USE_EXPONENTIAL_SIGMAS,
          SchedulerField.USE_KARRAS_SIGMAS);

  /**
   * Returns the spacing that the fields {@code use_*_sigmas} and {@code use_lu_lambdas} choose.
   *
   * @throws IllegalArgumentException if two of them exclude each other
   */
  static RatioSpacing of(SchedulerFields fields) {
    List<SchedulerField> chosen =
        EXCLUSIVE.stream().filter(field -> fields.has(field) && fields.flag(field)).toList();
    if (chosen.size() > 1) {
      throw fields.refuse(chosen.get(0), "false with " + chosen.get(1).key());
    }
    if (chosen.contains(SchedulerField.USE_KARRAS_SIGMAS)) {
      return KARRAS;
    }
    if (fields.has(SchedulerField.USE_LU_LAMBDAS) && fields.flag(SchedulerField.USE_LU_LAMBDAS)) {
      return LU;
    }
    if (chosen.isEmpty()) {
      return TIMESTEPS;
    }
    return chosen.contains(SchedulerField.USE_BETA_SIGMAS) ? BETA : EXPONENTIAL;
  }

  /** Returns the level at a share of the way, 0 for the most noise and 1 for the least. */
  abstract double ratio(double most, double least, double share);

  /** Returns so many levels, the noisiest first; the noisiest alone for one. */
  double[] ratios(double most, double least, int count) {
    double[] ratios = new double[count];
    for (int i = 0; i < count; i++) {
      ratios[i] = ratio(most, least, share(i, count));
    }
    return ratios;
  }

  /** Returns the level at a share of the way with any rho. */
  static double karras(double most, double least, double share, double rho) {
    double first = Math.pow(most, 1 / rho);
    return Math.pow(first + share * (Math.pow(least, 1 / rho) - first), rho);
  }

  /** Returns how far index i of so many is on the way from the first to the last. */
  static double share(int index, int count) {
    return count == 1 ? 0 : index == count - 1 ? 1 : index * (1.0 / (count - 1));
  }
}
