package io.stepwise.family;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.stepwise.network.ImageShape;
import java.util.Set;

/**
 * What a generator is trained for: that the discriminator takes its images for real ones, by the
 * logistic loss that does not saturate, {@code softplus(-D(G(z)))}. Goodfellow et al. 2014
 * (arXiv:1406.2661), section 3.
 */
final class GeneratorObjective implements Objective {

  private static final int STATE_STREAM = 1;

  private final ImageShape state;

  /** Makes the objective of a generator of images out of states of a shape. */
  GeneratorObjective(ImageShape state) {
    this.state = state;
  }

  @Override
  public Set<String> trained(Set<String> all) {
    return Set.of(Networks.GENERATOR);
  }

  @Override
  public Momentum momentum() {
    return Momentum.ADVERSARIAL;
  }

  @Override
  public NDArray loss(Networks networks, TrainingBatch batch, NDManager manager) {
    NDArray made = GeneratedImages.make(networks, batch, state, STATE_STREAM, manager);
    NDArray logits = networks.get(Networks.DISCRIMINATOR).run(made);
    return GeneratedImages.softplus(logits.neg(), manager).mean();
  }
}
