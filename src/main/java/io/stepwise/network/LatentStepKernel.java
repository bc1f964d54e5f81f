package io.stepwise.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A step kernel whose states are the latents of an autoencoder, which turns them into images. */
final class LatentStepKernel implements StepKernel {

  private final StepKernel steps;
  private final TorchModule decoder;
  private final LatentScale scale;
  private final ImageShape latent;

  /**
   * Takes ownership of a kernel and a decoder.
   *
   * @param scale how the states relate to the latents
   * @param latent shape of the states
   */
  LatentStepKernel(StepKernel steps, TorchModule decoder, LatentScale scale, ImageShape latent) {
    this.steps = steps;
    this.decoder = decoder;
    this.scale = scale;
    this.latent = latent;
  }

  @Override
  public String digest() {
    return steps.digest();
  }

  @Override
  public List<StepOutput> run(List<StepInput> batch) {
    return steps.run(batch);
  }

  @Override
  public List<float[]> decode(List<float[]> states) {
    return TorchRuntime.guard("decoding " + states.size() + " images", () -> images(states));
  }

  @Override
  public void close() {
    try (steps;
        decoder) {
      // Both are closed, whatever the other does.
    }
  }

  private List<float[]> images(List<float[]> states) {
    int count = states.size();
    float[] latents = new float[Math.multiplyExact(count, latent.size())];
    for (int i = 0; i < count; i++) {
      if (states.get(i).length != latent.size()) {
        throw new IllegalArgumentException(
            "state: %d values (expected: %d)".formatted(states.get(i).length, latent.size()));
      }
      float[] own = scale.latents(states.get(i), latent.channels());
      System.arraycopy(own, 0, latents, i * latent.size(), latent.size());
    }
    try (NDManager manager = decoder.manager().newSubManager()) {
      Shape shape = new Shape(count, latent.channels(), latent.height(), latent.width());
      NDArray decoded = decoder.runMethod(ImageDecoder.DECODE, manager.create(latents, shape));
      float[] values = decoded.toFloatArray();
      int size = values.length / count;
      List<float[]> images = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        images.add(Arrays.copyOfRange(values, i * size, (i + 1) * size));
      }
      return images;
    }
  }
}
