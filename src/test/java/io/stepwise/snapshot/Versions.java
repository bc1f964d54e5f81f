package io.stepwise.snapshot;

import io.stepwise.network.TinyFolder;
import java.nio.file.Files;
import java.util.Map;

/** Versions small enough for a test; the same number gives the same weights. */
final class Versions {

  private Versions() {}

  static SnapshotContent number(int number) {
    return new SnapshotContent(
        number,
        Map.of("loss", 1.0 / (1 + number)),
        folder -> TinyFolder.write(folder, number),
        folder -> Files.writeString(folder.resolve("state"), "state " + number));
  }
}
