package io.stepwise.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class EvaluateCommandTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--images | -1 | --images: -1 (expected: >= 0)",
        "--images | 10001 | --images: 10001 (expected: 10000 at most, the images of the smaller",
        "--grid | 100 | --grid: 100 (expected: a power of two up to 65536)",
        "--n | 5 | --n: 5 (expected: >= 6, or 0 for none)",
        "--n | 10001 | --n: 10001 (expected: 10000 at most",
        "--importance-samples | -1 | --importance-samples: -1 (expected: >= 0)",
        "--importance-samples | 3 | --importance-samples: 3 (expected: 0 for a model without latents)",
        "--seeds | 0 | --seeds: 0 (expected: >= 1)",
        "--guidance | 21 | --guidance: 21.0 (expected: 0 to 20.0)",
        "--steps | 0 | steps: 0 (expected: 1 to 1000",
        "--solver | rk45 | solver: rk45 (expected: one of ddpm",
        "--threads | 0 | --threads: 0 (expected: >= 1)",
        "--batch-size | 0 | --batch-size: 0 (expected: >= 1)",
        "--json | /nowhere/a.json | --json: /nowhere/a.json (expected: a file to write)",
        "--json | /proc/a.json | --json: /proc/a.json (expected: a file to write)",
        "--json | /tmp | --json: /tmp (expected: a file to write)",
        "--train-classifier | /proc/a | --train-classifier: /proc/a (expected: a file to write)",
        "--classifier | /nowhere | /nowhere",
        "--model | nobody | model: nobody (expected: a folder, or one of"
      })
  void wrongArgumentCostsNothing(String option, String value, String message) {
    CommandResult result = CommandResult.of("evaluate", option, value);
    assertThat(result.err()).contains(message);
    assertThat(result.exitCode()).isEqualTo(option.equals("--classifier") ? 1 : 2);
    assertThat(result.out()).isEmpty();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void figuresThatAreNotWrittenAreAFailure() {
    CommandResult result =
        CommandResult.of("evaluate", "--images", "0", "--n", "0", "--json", "/dev/full");
    assertThat(result.err()).startsWith("stepwise evaluate: --json: /dev/full: ").hasLineCount(1);
    assertThat(result.exitCode()).isEqualTo(1);
  }

  @Test
  void refusedRunLeavesTheOutputFilesAlone(@TempDir Path folder) throws IOException {
    Path old = Files.writeString(folder.resolve("old.json"), "{}");
    Path fresh = folder.resolve("fresh.json");
    for (Path file : List.of(old, fresh)) {
      CommandResult.of("evaluate", "--model", "nobody", "--json", file.toString());
    }
    assertThat(old).hasContent("{}");
    assertThat(fresh).doesNotExist();
  }
}
