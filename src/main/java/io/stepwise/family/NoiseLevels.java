package io.stepwise.family;

/** The noise levels that a network is trained at, and how much each counts. */
interface NoiseLevels {

  /**
   * A noise level {@code x = alpha * clean + sigma * noise}.
   *
   * @param timestep what the network is told of it
   * @param alpha factor on the clean image, 0 or more
   * @param sigma factor on the noise, 0 or more
   * @param weight factor on the squared error of the network's output, 0 or more
   */
  record Level(double timestep, double alpha, double sigma, double weight) {}

  /**
   * Returns a level.
   *
   * @param fraction uniform between 0, the least noise, and 1 (excluded), the most
   */
  Level at(double fraction);
}
