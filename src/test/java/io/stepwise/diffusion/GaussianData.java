package io.stepwise.diffusion;

/**
 * Pixels that are independent N(mean, variance), for which everything has a closed form: the ideal
 * network, the path of the probability-flow ODE, and the distribution at every noise level.
 */
record GaussianData(double mean, double variance, NoiseSchedule schedule, Prediction prediction) {

  /** Returns the variance of the noisy state at a timestep. */
  double stateVariance(int timestep) {
    double alphaBar = schedule.alphaBar(timestep);
    return alphaBar * variance + 1 - alphaBar;
  }

  /** Returns the mean of the clean image, given the noisy state. */
  double denoised(double x, int timestep) {
    double alpha = schedule.alpha(timestep);
    return mean + alpha * variance / stateVariance(timestep) * (x - alpha * mean);
  }

  /** Returns the variance of the clean image, given the noisy state. */
  double denoisedVariance(int timestep) {
    return variance * (1 - schedule.alphaBar(timestep)) / stateVariance(timestep);
  }

  /** Returns the output of the ideal network, element by element. */
  double[] output(double[] x, double timestep) {
    int t = (int) timestep;
    double[] out = new double[x.length];
    Prediction.OfOutput estimate = prediction.denoised(schedule.alpha(t), schedule.sigma(t));
    for (int e = 0; e < x.length; e++) {
      out[e] = (denoised(x[e], t) - estimate.x() * x[e]) / estimate.out();
    }
    return out;
  }

  /** Returns where the probability-flow ODE takes a state at a timestep. */
  double flowEndpoint(double x, int timestep) {
    double standardised =
        (x - schedule.alpha(timestep) * mean) / Math.sqrt(stateVariance(timestep));
    return mean + Math.sqrt(variance) * standardised;
  }
}
