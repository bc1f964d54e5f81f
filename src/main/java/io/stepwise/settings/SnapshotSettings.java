package io.stepwise.settings;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Versions of the served models' weights.
 *
 * @param folder where they are kept, one folder for each model; empty for none
 * @param keep published versions of each model to keep besides those that must stay
 */
public record SnapshotSettings(Optional<Path> folder, int keep) {

  static SnapshotSettings read(SettingsReader reader) {
    return new SnapshotSettings(reader.optionalPath("folder"), reader.integer("keep", 1, 1000));
  }
}
