package io.stepwise.study;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.stepwise.plot.LinePlot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;

/**
 * Where a study keeps its figures, as JSON in {@code results/}, and its pages and pictures.
 *
 * @param folder made when something is written
 */
record StudyFolder(Path folder) {

  private static final ObjectMapper JSON = JsonMapper.builder().build();
  private static final String KEY = "measured_with";
  private static final String FIGURES = "figures";

  /**
   * Returns what was measured, if it was measured with the same models and settings.
   *
   * @param name of the measurement
   * @param key everything that its figures depend on
   */
  Optional<JsonNode> result(String name, Map<String, Object> key) throws IOException {
    Path file = result(name);
    if (Files.notExists(file)) {
      return Optional.empty();
    }
    JsonNode result = JSON.readTree(file.toFile());
    // numbers are compared as they are written
    JsonNode wanted = JSON.readTree(JSON.writeValueAsBytes(key));
    return wanted.equals(result.get(KEY)) ? Optional.of(result.get(FIGURES)) : Optional.empty();
  }

  /** Writes what was measured, whole or not at all. */
  JsonNode write(String name, Map<String, Object> key, Map<String, Object> figures)
      throws IOException {
    Path file = result(name);
    Path parent = folder.resolve("results");
    Files.createDirectories(parent);
    Path written = Files.createTempFile(parent, name, ".tmp");
    JSON.writerWithDefaultPrettyPrinter()
        .writeValue(written.toFile(), Map.of(KEY, key, FIGURES, figures));
    Files.move(written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    return JSON.valueToTree(figures);
  }

  /** Draws a plot and returns its Markdown. */
  String plot(String name, String description, LinePlot plot) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve(name + ".svg"), plot.svg());
    return "![%s](%s.svg)%n".formatted(description, name);
  }

  /** Writes a PNG and returns its Markdown. */
  String picture(String name, String description, byte[] png) throws IOException {
    Files.createDirectories(folder);
    Files.write(folder.resolve(name + ".png"), png);
    return "![%s](%s.png)%n".formatted(description, name);
  }

  void page(String name, String text) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve(name + ".md"), text);
  }

  private Path result(String name) {
    return folder.resolve("results").resolve(name + ".json");
  }
}
