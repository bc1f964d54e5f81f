package io.stepwise.network;

import io.stepwise.diffusion.SchedulerConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A diffusers folder small enough for a test: 8 x 8 images of two kinds, a network of one level.
 */
public final class TinyFolder {

  /** The file that holds the weights. */
  public static final String WEIGHTS = DiffusersFolder.WEIGHTS;

  /** The file that holds the network's config. */
  public static final String CONFIG = DiffusersFolder.NETWORK_CONFIG;

  /** The file that holds the scheduler's config. */
  public static final String SCHEDULER = DiffusersFolder.SCHEDULER_CONFIG;

  /** The file that holds the labels. */
  public static final String STEPWISE = DiffusersFolder.STEPWISE;

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

  /** Writes the model with another network and other weights. */
  static void write(Path folder, UNetConfig network, long seed) {
    try {
      DiffusersFolder.write(
          folder,
          network,
          scheduler(),
          new StepwiseFile(
              StepwiseFile.DIFFUSION, List.of("left", "top"), true, Map.of("steps", 0)),
          NetworkInitializer.initialize(UNet.define(network), seed));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static SchedulerConfig scheduler() {
    return SchedulerConfig.parse(Map.of("_class_name", "DDPMScheduler", "num_train_timesteps", 50));
  }
}
