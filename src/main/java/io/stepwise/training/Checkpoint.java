package io.stepwise.training;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.stepwise.network.Safetensors;
import io.stepwise.network.TensorData;
import io.stepwise.snapshot.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A training's whole state after some updates: enough to continue it exactly.
 *
 * @param options the training's options
 * @param dataset digest of the data set it trains on
 * @param step updates made
 * @param seconds time spent on them
 * @param best lowest validation loss so far; null before the first
 * @param tensors weights, their average, the optimizer's moments and the objective's state, by
 *     group and dotted name
 */
record Checkpoint(
    TrainingOptions options,
    String dataset,
    int step,
    double seconds,
    @Nullable ValidationLoss best,
    Map<String, TensorData> tensors) {

  private static final String PREFIX = "step-";
  private static final String STATE = "training.json";
  private static final String TENSORS = "state.safetensors";
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .build();

  /** The part of a checkpoint that is JSON. */
  private record State(
      TrainingOptions options,
      String dataset,
      int step,
      double seconds,
      @Nullable ValidationLoss best) {}

  /** Returns the tensors of one group by the names within it. */
  Map<String, TensorData> group(String group) {
    Map<String, TensorData> members = new LinkedHashMap<>();
    String prefix = group + "/";
    tensors.forEach(
        (name, tensor) -> {
          if (name.startsWith(prefix)) {
            members.put(name.substring(prefix.length()), tensor);
          }
        });
    return members;
  }

  /**
   * Writes the checkpoint below a folder, unless one of that step is there, which is the same. It
   * is seen whole or not at all: it is written beside, brought to the disk and then renamed. Older
   * ones are removed after that.
   */
  void write(Path folder) throws IOException {
    Path target = folder.resolve(String.format("%s%08d", PREFIX, step));
    if (Files.exists(target)) {
      return;
    }
    Files.createDirectories(folder);
    Path temporary = Files.createTempDirectory(folder, "writing-");
    Safetensors.write(temporary.resolve(TENSORS), tensors);
    MAPPER
        .writerWithDefaultPrettyPrinter()
        .writeValue(
            temporary.resolve(STATE).toFile(), new State(options, dataset, step, seconds, best));
    DurableFiles.force(temporary);
    DurableFiles.move(temporary, target);
    for (Path other : children(folder)) {
      if (!other.equals(target)) {
        DurableFiles.delete(other);
      }
    }
  }

  /** Reads the newest checkpoint below a folder, if there is any. */
  static Optional<Checkpoint> readNewest(Path folder) throws IOException {
    Optional<Path> newest = newest(folder);
    if (newest.isEmpty()) {
      return Optional.empty();
    }
    Path file = newest.get().resolve(STATE);
    try {
      State state = MAPPER.readValue(file.toFile(), State.class);
      Map<String, TensorData> tensors = Safetensors.read(newest.get().resolve(TENSORS));
      return Optional.of(
          new Checkpoint(
              state.options(),
              state.dataset(),
              state.step(),
              state.seconds(),
              state.best(),
              tensors));
    } catch (JsonProcessingException e) {
      throw new TrainingException(file + ": not a checkpoint: " + e.getOriginalMessage(), e);
    }
  }

  /** Returns whether there is a checkpoint below a folder, readable or not. */
  static boolean isBelow(Path folder) throws IOException {
    return newest(folder).isPresent();
  }

  private static Optional<Path> newest(Path folder) throws IOException {
    return children(folder).stream()
        .filter(path -> path.getFileName().toString().startsWith(PREFIX))
        .max(Comparator.naturalOrder());
  }

  private static List<Path> children(Path folder) throws IOException {
    return Files.isDirectory(folder) ? DurableFiles.children(folder) : List.of();
  }
}
