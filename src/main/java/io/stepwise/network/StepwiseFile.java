package io.stepwise.network;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What a model folder's {@code stepwise.json} adds to the diffusers files: things that Stepwise
 * needs and diffusers has no place for. A folder without it is an unlabelled diffusion model.
 *
 * @param family what the network was trained for; nothing here depends on it, as what sampling
 *     needs stands in the scheduler's config
 * @param labels names of the classes in order, without the class for "none"
 * @param hasNoneLabel whether a class for "none" follows them
 * @param training how the weights came to be; free form, for people
 */
public record StepwiseFile(
    String family, List<String> labels, boolean hasNoneLabel, Map<String, Object> training) {

  /** Family of models trained to predict noise, velocity or image at a noise level. */
  public static final String DIFFUSION = "ddpm";

  private static final Pattern FAMILY_NAME = Pattern.compile("[a-z][a-z0-9-]*");

  /** Copies the labels. */
  public StepwiseFile {
    labels = List.copyOf(labels);
  }

  /** Returns what holds for a folder without the file. */
  public static StepwiseFile absent() {
    return new StepwiseFile(DIFFUSION, List.of(), false, Map.of());
  }

  /**
   * Reads the fields of the file.
   *
   * @throws IllegalArgumentException if one is unknown or not as expected
   */
  public static StepwiseFile parse(Map<String, ?> json) {
    ConfigFields fields = new ConfigFields(json);
    String family = family(fields);
    fields.require("data_range", List.of(-1, 1));
    List<String> labels = labels(fields);
    boolean hasNoneLabel = fields.flag("none_label", false);
    Map<String, Object> training = new LinkedHashMap<>();
    if (fields.get("training") instanceof Map<?, ?> record) {
      record.forEach((name, value) -> training.put(String.valueOf(name), value));
    } else if (fields.has("training")) {
      throw fields.unexpected("training", "an object");
    }
    fields.requireAllRead();
    return new StepwiseFile(family, labels, hasNoneLabel, training);
  }

  /** Returns the fields of a file that reads back as this. */
  public Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("family", family);
    fields.put("data_range", List.of(-1, 1));
    fields.put("labels", labels);
    fields.put("none_label", hasNoneLabel);
    fields.put("training", training);
    return fields;
  }

  private static String family(ConfigFields fields) {
    if (!fields.has("family")) {
      return DIFFUSION;
    }
    if (fields.get("family") instanceof String family && FAMILY_NAME.matcher(family).matches()) {
      return family;
    }
    throw fields.unexpected("family", "a name in lower-case letters, digits and -");
  }

  private static List<String> labels(ConfigFields fields) {
    Object value = fields.get("labels");
    if (value == null) {
      return List.of();
    }
    if (value instanceof List<?> list
        && list.stream().allMatch(label -> label instanceof String text && !text.isBlank())
        && list.stream().distinct().count() == list.size()) {
      return list.stream().map(String.class::cast).toList();
    }
    throw fields.unexpected("labels", "a list of different texts");
  }
}
