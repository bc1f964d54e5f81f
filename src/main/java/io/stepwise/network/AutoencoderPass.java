package io.stepwise.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/**
 * A whole autoencoder in native memory, which it owns until it is closed. Confined to the thread
 * that opened it.
 */
public final class AutoencoderPass implements AutoCloseable {

  private final TorchModule network;
  private final ImageShape image;
  private final ImageShape latent;

  /** Takes ownership of the network. */
  AutoencoderPass(TorchModule network, ImageShape image, ImageShape latent) {
    this.network = network;
    this.image = image;
    this.latent = latent;
  }

  /**
   * Encodes images, draws their latents and decodes them.
   *
   * @param images B images [C, H, W] in [-1, 1]
   * @param noise a standard normal draw for each latent of each, [B, L, h, w]
   * @return for each image the latents' means [L, h, w], the logarithms of their variances [L, h,
   *     w], and what is decoded [C, H, W]
   * @throws NetworkException if the native library fails, a lack of memory included
   */
  public float[] run(float[] images, float[] noise) {
    int count = images.length / image.size();
    return TorchRuntime.guard(
        "encoding " + count + " images",
        () -> {
          try (NDManager manager = network.manager().newSubManager()) {
            NDArray output =
                network.run(
                    manager.create(images, shape(count, image)),
                    manager.create(noise, shape(count, latent)));
            return output.toFloatArray();
          }
        });
  }

  @Override
  public void close() {
    network.close();
  }

  private static Shape shape(int count, ImageShape each) {
    return new Shape(count, each.channels(), each.height(), each.width());
  }
}
