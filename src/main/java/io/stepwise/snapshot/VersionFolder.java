package io.stepwise.snapshot;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.stepwise.network.ModelFiles;
import io.stepwise.network.ModelFolderException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The folder of one version: {@code model/}, {@code training/}, {@code manifest.json} and {@code
 * SHA256SUMS} over all of them, which {@code sha256sum -c} reads too.
 *
 * @param folder where they are
 */
record VersionFolder(Path folder) {

  private static final String MANIFEST = "manifest.json";
  private static final String SUMS = "SHA256SUMS";
  private static final Pattern SUM = Pattern.compile("([0-9a-f]{64})  ([^\\\\].*)");
  private static final ObjectMapper MAPPER = JsonMapper.builder().build();

  /** The fields of the manifest. */
  private record Manifest(
      String model, String digest, int step, String published, Map<String, Double> metrics) {}

  /** Returns where the model is. */
  Path model() {
    return folder.resolve("model");
  }

  /** Returns where the state of the training is that made it. */
  Path training() {
    return folder.resolve("training");
  }

  /** Returns the model's files as the sums tell them, which are not checked. */
  List<SnapshotFile> modelFiles() throws IOException, DamagedVersionException {
    List<SnapshotFile> files = new ArrayList<>();
    for (Map.Entry<String, String> sum : sums().entrySet()) {
      Path file = folder.resolve(sum.getKey());
      if (file.startsWith(model())) {
        String path = model().relativize(file).toString();
        files.add(new SnapshotFile(path, Files.size(file), sum.getValue()));
      }
    }
    return files;
  }

  /** Writes the manifest and the sums and brings everything to the disk. */
  void seal(Snapshot snapshot) throws IOException {
    MAPPER
        .writerWithDefaultPrettyPrinter()
        .writeValue(
            folder.resolve(MANIFEST).toFile(),
            new Manifest(
                snapshot.model(),
                snapshot.digest(),
                snapshot.step(),
                snapshot.published().toString(),
                snapshot.metrics()));
    String sums =
        files().entrySet().stream()
            .map(file -> ModelFiles.sha256(file.getValue()) + "  " + file.getKey() + "\n")
            .collect(Collectors.joining());
    Files.writeString(folder.resolve(SUMS), sums);
    DurableFiles.force(folder);
  }

  /**
   * Reads what the manifest says, which is not checked against the files.
   *
   * @throws DamagedVersionException if there is no such manifest
   */
  Snapshot describe() throws IOException, DamagedVersionException {
    Path file = folder.resolve(MANIFEST);
    try {
      Manifest manifest = MAPPER.readValue(Files.readAllBytes(file), Manifest.class);
      return new Snapshot(
          manifest.model(),
          manifest.digest(),
          manifest.step(),
          Instant.parse(manifest.published()),
          manifest.metrics());
    } catch (NoSuchFileException e) {
      throw new DamagedVersionException(file, "missing");
    } catch (JsonProcessingException | DateTimeParseException | NullPointerException e) {
      throw new DamagedVersionException(file, "not a manifest: " + e.getMessage());
    }
  }

  /**
   * Reads all files and compares them with the sums.
   *
   * @param model the name that the manifest must have
   * @return what the manifest says
   * @throws DamagedVersionException if a file is missing, is not listed or is not what was written
   */
  Snapshot verify(String model) throws IOException, DamagedVersionException {
    Map<String, Path> files = files();
    for (Map.Entry<String, String> sum : sums().entrySet()) {
      Path file = files.remove(sum.getKey());
      if (file == null) {
        throw new DamagedVersionException(folder.resolve(sum.getKey()), "missing");
      }
      String found = sha256(file);
      if (!found.equals(sum.getValue())) {
        throw new DamagedVersionException(
            file, "SHA-256: " + found + " (expected: " + sum.getValue() + ")");
      }
    }
    if (!files.isEmpty()) {
      throw new DamagedVersionException(files.values().iterator().next(), "not listed in " + SUMS);
    }
    Snapshot snapshot = describe();
    require("digest", snapshot.digest(), String.valueOf(folder.getFileName()));
    require("model", snapshot.model(), model);
    return snapshot;
  }

  private void require(String field, String value, String expected) throws DamagedVersionException {
    if (!value.equals(expected)) {
      throw new DamagedVersionException(
          folder.resolve(MANIFEST), field + ": " + value + " (expected: " + expected + ")");
    }
  }

  private static String sha256(Path file) throws IOException, DamagedVersionException {
    try {
      return ModelFiles.sha256(file);
    } catch (ModelFolderException e) {
      if (e.getCause() instanceof IOException unreadable) {
        throw unreadable;
      }
      throw new DamagedVersionException(file, "not a regular file");
    }
  }

  private Map<String, String> sums() throws IOException, DamagedVersionException {
    Path file = folder.resolve(SUMS);
    Map<String, String> sums = new LinkedHashMap<>();
    try {
      for (String line : Files.readAllLines(file, UTF_8)) {
        Matcher sum = SUM.matcher(line);
        if (!sum.matches()) {
          throw new DamagedVersionException(
              file, line + " (expected: a SHA-256 and a file's name)");
        }
        sums.put(sum.group(2), sum.group(1));
      }
    } catch (NoSuchFileException e) {
      throw new DamagedVersionException(file, "missing");
    } catch (CharacterCodingException e) {
      throw new DamagedVersionException(file, "not text");
    }
    if (!sums.containsKey(MANIFEST)) {
      throw new DamagedVersionException(file, MANIFEST + ": not listed");
    }
    return sums;
  }

  /** Returns everything that is no folder, without the sums, by its path from here. */
  private Map<String, Path> files() throws IOException {
    Map<String, Path> files = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(folder)) {
      paths
          .filter(path -> !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))
          .forEach(path -> files.put(folder.relativize(path).toString(), path));
    }
    files.remove(SUMS);
    return files;
  }
}
