package io.stepwise.snapshot;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * A version that is to be written.
 *
 * @param step updates that led to it
 * @param metrics what was measured of it
 * @param model writes the model's folder
 * @param training writes what the training that made it needs to go on; may write nothing
 */
public record SnapshotContent(
    int step, Map<String, Double> metrics, FolderWriter model, FolderWriter training) {

  /** Copies the metrics. */
  public SnapshotContent {
    metrics = Map.copyOf(metrics);
  }

  /** Writes files into a folder that is there and empty. */
  @FunctionalInterface
  public interface FolderWriter {

    /** Writes the files; they are brought to the disk and made visible by the caller. */
    void write(Path folder) throws IOException;
  }
}
