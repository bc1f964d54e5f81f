package io.stepwise.training;

/** How the learning rate runs over a training: a linear warm-up, then one of these courses. */
public enum LearningRate {
  /** Stays at its peak. */
  CONSTANT {
    @Override
    double afterWarmUp(double share) {
      return 1;
    }
  },
  /** Falls to zero at the last step along half a cosine: arXiv:1608.03983. */
  COSINE {
    @Override
    double afterWarmUp(double share) {
      return (1 + Math.cos(Math.PI * share)) / 2;
    }
  };

  /** Returns the factor on the peak after this share of the steps that follow the warm-up. */
  abstract double afterWarmUp(double share);

  /**
   * Returns the factor on the peak rate at a step.
   *
   * @param step index of the step, 0 or more
   * @param warmUpSteps steps over which the rate rises from almost 0
   * @param steps length of the training
   */
  double factor(int step, int warmUpSteps, int steps) {
    if (step < warmUpSteps) {
      return (step + 1.0) / warmUpSteps;
    }
    return afterWarmUp((double) (step - warmUpSteps) / Math.max(1, steps - warmUpSteps));
  }
}
