package io.stepwise.network;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/**
 * A trained encoder, run on one image after the other. It owns native memory until it is closed,
 * and is confined to the thread that opened it.
 */
public final class ImageEncoder implements AutoCloseable {

  private final TorchModule module;
  private final ImageShape input;

  private ImageEncoder(TorchModule module, ImageShape input) {
    this.module = module;
    this.input = input;
  }

  /**
   * Loads an encoder.
   *
   * @param network a U-Net
   * @param threads native threads for the calling thread
   */
  public static ImageEncoder open(NetworkWeights network, int threads) {
    TorchRuntime.prepareThread(threads);
    UNetConfig config = UNetConfig.parse(network.config());
    return new ImageEncoder(
        TorchModule.load(UNet.define(config), network.weights(), Device.cpu()),
        config.imageShape());
  }

  /**
   * Runs the encoder.
   *
   * @param image [C, H, W] row-major, as many channels as the encoder sees
   * @param timestep what it is told beside the image
   * @param label class index; not read where it knows none
   * @return [C', H, W] row-major
   */
  public float[] run(float[] image, double timestep, long label) {
    return TorchRuntime.guard(
        "encoding an image",
        () -> {
          try (NDManager manager = module.manager().newSubManager()) {
            Shape shape = new Shape(1, input.channels(), input.height(), input.width());
            NDArray output =
                module.run(
                    manager.create(image, shape),
                    manager.create(new float[] {(float) timestep}),
                    manager.create(new long[] {label}));
            return output.toFloatArray();
          }
        });
  }

  @Override
  public void close() {
    module.close();
  }
}
