package io.stepwise.network;

import io.stepwise.diffusion.SchedulerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Names of the files of a diffusers model folder, and writing one that opens in Python too. */
public final class DiffusersFolder {

  static final String INDEX = "model_index.json";
  static final String NETWORK_CONFIG = "unet/config.json";
  static final String WEIGHTS = "unet/diffusion_pytorch_model.safetensors";
  static final String SCHEDULER_CONFIG = "scheduler/scheduler_config.json";
  static final String STEPWISE = "stepwise.json";

  private DiffusersFolder() {}

  /**
   * Writes a model into a folder, which is made if need be; files of a model in it are replaced.
   *
   * @param weights a value for each parameter of the network, by dotted name
   */
  public static void write(
      Path folder,
      UNetConfig network,
      SchedulerConfig scheduler,
      StepwiseFile stepwise,
      Map<String, TensorData> weights)
      throws IOException {
    Files.createDirectories(folder.resolve("unet"));
    Files.createDirectories(folder.resolve("scheduler"));
    Map<String, Object> schedulerFields = scheduler.fields();
    ConfigFile.write(folder.resolve(NETWORK_CONFIG), network.fields());
    ConfigFile.write(folder.resolve(SCHEDULER_CONFIG), schedulerFields);
    Safetensors.write(folder.resolve(WEIGHTS), weights);
    ConfigFile.write(folder.resolve(STEPWISE), stepwise.fields());
    ConfigFile.write(
        folder.resolve(INDEX),
        Map.of(
            "_class_name", "DDPMPipeline",
            "unet", List.of("diffusers", "UNet2DModel"),
            "scheduler", List.of("diffusers", String.valueOf(schedulerFields.get("_class_name")))));
  }
}
