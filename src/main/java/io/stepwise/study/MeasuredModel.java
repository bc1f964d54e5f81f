package io.stepwise.study;

import com.fasterxml.jackson.databind.JsonNode;
import io.stepwise.network.FolderModel;
import io.stepwise.network.ModelDescription;
import io.stepwise.network.StepKernel;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A model of a study, whose figures are measured once: what is known of the same weights, data and
 * settings is read from the study's folder, whichever experiment asked for it first. Its kernel is
 * opened with the first measurement, and is its own until it is closed. Confined to one thread.
 */
final class MeasuredModel implements AutoCloseable {

  /** Finds figures. */
  @FunctionalInterface
  interface Measurement {

    /**
     * Measures.
     *
     * @param kernel of the model, on the calling thread
     * @return the figures, as lists, maps, texts and numbers
     */
    Map<String, Object> measure(StepKernel kernel);
  }

  private final FolderModel model;
  private final StudyMaterial material;
  private final StudyFolder folder;
  private final Map<String, Object> common;
  private final Consumer<String> onMeasurement;
  private @Nullable StepKernel kernel;

  /**
   * Begins with no kernel.
   *
   * @param common what all figures depend on beside the model and their settings
   * @param onMeasurement told the name of each measurement before it is made
   */
  MeasuredModel(
      FolderModel model,
      StudyMaterial material,
      StudyFolder folder,
      Map<String, Object> common,
      Consumer<String> onMeasurement) {
    this.model = model;
    this.material = material;
    this.folder = folder;
    this.common = common;
    this.onMeasurement = onMeasurement;
  }

  FolderModel model() {
    return model;
  }

  ModelDescription description() {
    return model.description();
  }

  /** Returns what it was trained for. */
  String family() {
    return model.stepwise().family();
  }

  StudyMaterial material() {
    return material;
  }

  /**
   * Returns figures that are known or are measured now.
   *
   * @param what is measured, a part of a file's name
   * @param settings what they depend on beside the model, the data, the classifier and the seed
   */
  JsonNode measured(String what, Map<String, Object> settings, Measurement measurement)
      throws IOException {
    String name = name(what);
    Map<String, Object> key = key(settings);
    Optional<JsonNode> known = folder.result(name, key);
    if (known.isPresent()) {
      return known.get();
    }
    onMeasurement.accept(name);
    return folder.write(name, key, measurement.measure(kernel()));
  }

  /**
   * Returns figures of which a file has several, as {@link #measured} does: one that is added
   * leaves the others.
   *
   * @param part name among the figures
   */
  JsonNode part(String what, Map<String, Object> settings, String part, Measurement measurement)
      throws IOException {
    String name = name(what);
    Map<String, Object> key = key(settings);
    Map<String, Object> parts = new LinkedHashMap<>();
    folder
        .result(name, key)
        .ifPresent(
            known -> known.properties().forEach(each -> parts.put(each.getKey(), each.getValue())));
    if (parts.get(part) instanceof JsonNode known) {
      return known;
    }
    onMeasurement.accept(name + ", " + part);
    parts.put(part, measurement.measure(kernel()));
    return folder.write(name, key, parts).get(part);
  }

  @Override
  public void close() {
    if (kernel != null) {
      kernel.close();
      kernel = null;
    }
  }

  private StepKernel kernel() {
    StepKernel opened = kernel == null ? model.openKernel(material.threads()) : kernel;
    kernel = opened;
    return opened;
  }

  private String name(String what) {
    return what + "-" + description().name();
  }

  private Map<String, Object> key(Map<String, Object> settings) {
    Map<String, Object> key = new LinkedHashMap<>(common);
    key.putAll(settings);
    key.put("snapshot", description().digest());
    key.put("scheduler", description().scheduler().fields());
    return key;
  }
}
