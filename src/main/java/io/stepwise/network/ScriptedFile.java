package io.stepwise.network;

import io.stepwise.diffusion.SchedulerConfig;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the {@code stepwise.json} beside a TorchScript file says: the labels, as beside a diffusers
 * model, and what a TorchScript file does not tell about itself.
 *
 * @param shape shape of the states, which are images
 * @param stepwise the labels
 * @param scheduler noise schedule, prediction type and default solver; null where they are in a
 *     file of their own
 */
record ScriptedFile(ImageShape shape, StepwiseFile stepwise, @Nullable SchedulerConfig scheduler) {

  static final String SHAPE = "shape";
  static final String SCHEDULER = "scheduler";

  private static final int MAX_SIZE = 1 << 14;

  /**
   * Reads the fields of the file.
   *
   * @throws IllegalArgumentException if one is missing, unknown or not as expected
   */
  static ScriptedFile parse(Map<String, Object> json) {
    ConfigFields fields = new ConfigFields(json);
    Map<String, Object> labels = new LinkedHashMap<>(json);
    labels.remove(SHAPE);
    labels.remove(SCHEDULER);
    return new ScriptedFile(shape(fields), StepwiseFile.parse(labels), scheduler(fields));
  }

  private static ImageShape shape(ConfigFields fields) {
    if (!fields.has(SHAPE)) {
      throw new IllegalArgumentException(SHAPE + ": missing (expected: [C, H, W])");
    }
    List<Integer> sizes = fields.integers(SHAPE, List.of(), 1, MAX_SIZE);
    if (sizes.size() != 3) {
      throw fields.unexpected(SHAPE, "[C, H, W]");
    }
    return new ImageShape(sizes.get(0), sizes.get(1), sizes.get(2));
  }

  private static @Nullable SchedulerConfig scheduler(ConfigFields fields) {
    if (!fields.has(SCHEDULER)) {
      return null;
    }
    if (!(fields.get(SCHEDULER) instanceof Map<?, ?> values)) {
      throw fields.unexpected(SCHEDULER, "the fields of a scheduler_config.json");
    }
    Map<String, Object> scheduler = new LinkedHashMap<>();
    values.forEach((name, value) -> scheduler.put(String.valueOf(name), value));
    try {
      return SchedulerConfig.parse(scheduler);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(SCHEDULER + ": " + e.getMessage(), e);
    }
  }
}
