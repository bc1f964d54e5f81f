package io.stepwise.family;

/**
 * The straight path from data to noise, all of it alike: Lipman et al. 2023 (arXiv:2210.02747) with
 * time running from data to noise and the network told T times sigma, as in diffusers.
 *
 * @param trainTimesteps T
 */
record FlowLevels(int trainTimesteps) implements NoiseLevels {

  @Override
  public Level at(double fraction) {
    return new Level(fraction * trainTimesteps, 1 - fraction, fraction, 1);
  }
}
