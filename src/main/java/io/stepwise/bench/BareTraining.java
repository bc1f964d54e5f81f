package io.stepwise.bench;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import io.stepwise.network.ImageShape;
import io.stepwise.network.ModuleDefinition;
import io.stepwise.network.NetworkInitializer;
import io.stepwise.network.TorchModule;
import io.stepwise.network.TorchRuntime;
import io.stepwise.network.UNet;
import io.stepwise.network.UNetConfig;
import java.util.Map;

/**
 * The least that training a network takes: forward and backward over one batch that is in native
 * memory already, and nothing with the gradients. Confined to the thread that opened it.
 */
final class BareTraining implements AutoCloseable {

  private final TorchModule network;
  private final Map<String, NDArray> parameters;
  private final NDArray images;
  private final NDArray timesteps;
  private final NDArray labels;
  private final NDArray one;

  BareTraining(UNetConfig config, int batchSize, int threads) {
    TorchRuntime.prepareThread(threads);
    ModuleDefinition module = UNet.define(config);
    ImageShape shape = config.imageShape();
    network = TorchModule.load(module, NetworkInitializer.initialize(module, 1), Device.cpu());
    parameters = network.parameters(true);
    NDManager manager = network.manager();
    images =
        manager.randomNormal(new Shape(batchSize, shape.channels(), shape.height(), shape.width()));
    timesteps = manager.full(new Shape(batchSize), 1f);
    labels = manager.create(new long[batchSize]);
    one = manager.full(new Shape(), 1f);
  }

  void run() {
    JniUtils.setGradMode(true);
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      NDArray error = network.runTraining(images, timesteps, labels).sub(images);
      NDArray loss = error.mul(error).mean();
      JniUtils.backward((PtNDArray) loss, (PtNDArray) one, false, false);
    } finally {
      JniUtils.setGradMode(false);
    }
    parameters.values().forEach(parameter -> JniUtils.zeroGrad((PtNDArray) parameter));
  }

  @Override
  public void close() {
    network.close();
  }
}
