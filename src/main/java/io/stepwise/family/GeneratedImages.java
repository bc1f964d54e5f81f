package io.stepwise.family;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.stepwise.network.ImageShape;

/** What both sides of an adversarial training need: images of noise, and the logistic loss. */
final class GeneratedImages {

  private GeneratedImages() {}

  /**
   * Makes as many images as a batch has.
   *
   * @param state shape of what an image is made of
   * @param stream which of the batch's streams the noise is drawn from
   * @return [B, C, H, W]
   */
  static NDArray make(
      Networks networks, TrainingBatch batch, ImageShape state, int stream, NDManager manager) {
    float[] noise = new float[batch.size() * state.size()];
    for (int i = 0; i < batch.size(); i++) {
      float[] drawn = batch.stream(i, stream).draw(state.size());
      System.arraycopy(drawn, 0, noise, i * state.size(), drawn.length);
    }
    Shape shape = new Shape(batch.size(), state.channels(), state.height(), state.width());
    return networks.get(Networks.GENERATOR).run(manager.create(noise, shape));
  }

  /** Returns {@code ln(1 + e^x)}, finite for all x. */
  static NDArray softplus(NDArray x, NDManager manager) {
    NDArray one = manager.full(new Shape(), 1);
    NDArray zero = manager.full(new Shape(), 0);
    return x.maximum(zero).add(x.abs().neg().exp().add(one).log());
  }
}
