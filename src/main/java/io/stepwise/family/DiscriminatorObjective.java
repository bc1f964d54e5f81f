package io.stepwise.family;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.stepwise.network.ImageShape;
import java.util.Set;

/**
 * What a discriminator is trained for: to tell images from those that the generator makes, by the
 * logistic loss {@code softplus(D(G(z))) + softplus(-D(x))}, and every so often not to be steep at
 * real images, {@code gamma / 2 |grad D(x)|^2}: Mescheder et al. 2018 (arXiv:1801.04406), section
 * 4.1.
 *
 * <p>Differs from the paper: the squared norm is that of the difference quotient along one random
 * direction an image, whose mean over directions it is; so no gradient of a gradient is needed.
 */
final class DiscriminatorObjective implements Objective {

  /** Weight of the penalty. */
  static final double GAMMA = 0.1;

  /** Updates from one with the penalty to the next, which has it as many times over. */
  static final int PENALTY_UPDATES = 16;

  private static final int STATE_STREAM = 0;
  private static final int DIRECTION_STREAM = 2;
  private static final float OFFSET = 0.01f;

  private final ImageShape state;

  /** Makes the objective beside a generator of images out of states of a shape. */
  DiscriminatorObjective(ImageShape state) {
    this.state = state;
  }

  @Override
  public Set<String> trained(Set<String> all) {
    return Set.of(Networks.DISCRIMINATOR);
  }

  @Override
  public Momentum momentum() {
    return Momentum.ADVERSARIAL;
  }

  @Override
  public NDArray loss(Networks networks, TrainingBatch batch, NDManager manager) {
    Network discriminator = networks.get(Networks.DISCRIMINATOR);
    NDArray made =
        GeneratedImages.make(networks, batch, state, STATE_STREAM, manager).stopGradient();
    NDArray real = manager.create(batch.images(), batch.tensorShape());
    NDArray loss =
        GeneratedImages.softplus(discriminator.run(made), manager)
            .mean()
            .add(GeneratedImages.softplus(discriminator.run(real).neg(), manager).mean());
    return batch.step() % PENALTY_UPDATES == 0
        ? loss.add(penalty(discriminator, batch, real, manager))
        : loss;
  }

  private static NDArray penalty(
      Network discriminator, TrainingBatch batch, NDArray real, NDManager manager) {
    NDArray direction = manager.create(batch.noise(DIRECTION_STREAM), batch.tensorShape());
    NDArray offset = direction.mul(manager.full(new Shape(), OFFSET));
    NDArray rise = discriminator.run(real.add(offset)).sub(discriminator.run(real.sub(offset)));
    double perSquare = PENALTY_UPDATES * GAMMA / 2 / (4 * OFFSET * OFFSET);
    return rise.mul(rise).mean().mul(manager.full(new Shape(), (float) perSquare));
  }
}
