package io.stepwise.network;

import ai.djl.Device;
import io.stepwise.diffusion.SchedulerConfig;
import java.util.List;
import java.util.Map;

/**
 * A U-Net with the values that training begins with: it costs what a trained one of its shape
 * costs, and needs no files.
 */
public final class UntrainedModel implements DenoisingModel {

  private static final long SEED = 1;

  private final ModuleDefinition module;
  private final ModelDescription description;

  private UntrainedModel(ModuleDefinition module, ModelDescription description) {
    this.module = module;
    this.description = description;
  }

  /**
   * Returns an unconditional model on the CPU.
   *
   * @param config the network, which makes as many channels as it takes
   */
  public static UntrainedModel of(String name, UNetConfig config) {
    SchedulerConfig scheduler = SchedulerConfig.parse(Map.of(), "ddim");
    return new UntrainedModel(
        UNet.define(config),
        new ModelDescription(name, "", config.imageShape(), List.of(), false, scheduler));
  }

  @Override
  public ModelDescription description() {
    return description;
  }

  /** Returns the floating-point operations of one evaluation of the network for one image. */
  public long operationsPerStep() {
    return 2 * module.multiplications();
  }

  @Override
  public StepKernel openKernel(int threads) {
    TorchRuntime.prepareThread(threads);
    Map<String, TensorData> weights = NetworkInitializer.initialize(module, SEED);
    return new TorchStepKernel(
        TorchModule.load(module, weights, Device.cpu()),
        description.digest(),
        description.shape(),
        false,
        description.noneLabel());
  }
}
