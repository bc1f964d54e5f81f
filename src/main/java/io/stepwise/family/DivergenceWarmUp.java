package io.stepwise.family;

/**
 * The weight of an encoder's divergence from its prior, which rises along a line from 0 to 1 over
 * the first updates, so that the encoder is used before it is paid for: Sønderby et al. 2016
 * (arXiv:1602.02282). Where networks are only measured it is 1.
 *
 * @param updates how many; 0 for none, which has the weight 1 from the first
 */
record DivergenceWarmUp(int updates) {

  double weight(Networks networks, TrainingBatch batch) {
    return isOver(networks, batch) ? 1 : (double) batch.step() / updates;
  }

  boolean isOver(Networks networks, TrainingBatch batch) {
    return networks.areMeasured() || batch.step() >= updates;
  }
}
