package io.stepwise.network;

import io.stepwise.diffusion.SchedulerConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A diffusers folder small enough for a test: 8 x 8 images of two kinds, a network of one level.
 */
public final class TinyFolder {

  /** The file that holds the weights. */
  public static final String WEIGHTS = "unet/diffusion_pytorch_model.safetensors";

  /** The file that holds the network's config. */
  public static final String CONFIG = "unet/config.json";

  /** The file that holds the scheduler's config. */
  public static final String SCHEDULER = "scheduler/scheduler_config.json";

  /** The file that holds the labels. */
  public static final String STEPWISE = "stepwise.json";

  private TinyFolder() {}

  /** Returns the fields of the network's config, which may be changed. */
  static Map<String, Object> networkFields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("_class_name", "UNet2DModel");
    fields.put("sample_size", 8);
    fields.put("in_channels", 1);
    fields.put("out_channels", 1);
    fields.put("down_block_types", List.of("AttnDownBlock2D"));
    fields.put("up_block_types", List.of("AttnUpBlock2D"));
    fields.put("block_out_channels", List.of(8));
    fields.put("layers_per_block", 1);
    fields.put("norm_num_groups", 4);
    fields.put("num_class_embeds", 3);
    return fields;
  }

  /** Writes the model into a folder. */
  public static void write(Path folder) {
    write(folder, UNetConfig.parse(networkFields()), 7);
  }

  /** Writes the model with other weights. */
  public static void write(Path folder, long seed) {
    write(folder, UNetConfig.parse(networkFields()), seed);
  }

  /** Writes the model with another network and other weights. */
  static void write(Path folder, UNetConfig network, long seed) {
    try {
      DiffusersFolder.write(
          folder,
          Map.of(
              ModelLayout.NETWORK,
              new NetworkWeights(
                  network.fields(), NetworkInitializer.initialize(UNet.define(network), seed))),
          scheduler(),
          new StepwiseFile(
              StepwiseFile.DIFFUSION, List.of("left", "top"), true, Map.of("steps", 0)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes a latent model, whose images are twice as large as its states. */
  public static void writeLatent(Path folder) {
    Map<String, Object> fields = networkFields();
    fields.put("in_channels", 2);
    fields.put("out_channels", 2);
    write(folder, UNetConfig.parse(fields), 7);
    Map<String, Object> autoencoder =
        ConfigFile.read(Golden.folder("vae-kl").resolve("config.json"));
    autoencoder.put("shift_factor", 0.1);
    ModuleDefinition module = Autoencoder.define(AutoencoderConfig.parse(autoencoder));
    try {
      Path target = Files.createDirectories(folder.resolve("vae"));
      ConfigFile.write(target.resolve("config.json"), autoencoder);
      Safetensors.write(target.resolve(NetworkFolder.WEIGHTS), TestTensors.weights(module, 3));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes a one-pass model: the decoder of the latent one, and nothing that takes steps. */
  public static void writeOnePass(Path folder) {
    writeLatent(folder);
    try {
      Files.delete(folder.resolve(CONFIG));
      Files.delete(folder.resolve(WEIGHTS));
      Files.delete(folder.resolve(CONFIG).getParent());
      ConfigFile.write(folder.resolve(SCHEDULER), OnePassModel.scheduler());
      ConfigFile.write(
          folder.resolve(STEPWISE), new StepwiseFile("vae", List.of(), false, Map.of()).fields());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static SchedulerConfig scheduler() {
    return SchedulerConfig.parse(Map.of("_class_name", "DDPMScheduler", "num_train_timesteps", 50));
  }
}
