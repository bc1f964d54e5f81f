package io.stepwise.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The scripts that no other test runs. */
final class ScriptsTest {

  @Test
  void everyScriptCanBeParsedAndRun() throws IOException, InterruptedException {
    for (Path script : scripts()) {
      Process process = new ProcessBuilder("bash", "-n", script.toString()).inheritIO().start();
      assertThat(process.waitFor()).as(script.toString()).isZero();
      assertThat(script).isExecutable();
      assertThat(Files.readString(script)).contains("set -euo pipefail");
    }
  }

  private static List<Path> scripts() throws IOException {
    try (Stream<Path> bin = Files.list(Path.of("bin"))) {
      return Stream.concat(bin, Stream.of(Deployment.FOLDER.resolve("make-secrets"))).toList();
    }
  }
}
