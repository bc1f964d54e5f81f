package io.stepwise.cli;

import static org.assertj.core.api.Assertions.assertThat;

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
        "--seeds | 0 | --seeds: 0 (expected: >= 1)",
        "--guidance | 21 | --guidance: 21.0 (expected: 0 to 20.0)",
        "--steps | 0 | steps: 0 (expected: 1 to 1000",
        "--solver | rk45 | solver: rk45 (expected: one of ddpm",
        "--threads | 0 | --threads: 0 (expected: >= 1)",
        "--batch-size | 0 | --batch-size: 0 (expected: >= 1)",
        "--json | /nowhere/a.json | --json: /nowhere/a.json (expected: a file in a folder that",
        "--classifier | /nowhere | /nowhere",
        "--model | nobody | model: nobody (expected: a folder, or one of"
      })
  void wrongArgumentCostsNothing(String option, String value, String message) {
    CommandResult result = CommandResult.of("evaluate", option, value);
    assertThat(result.err()).contains(message);
    assertThat(result.exitCode()).isEqualTo(option.equals("--classifier") ? 1 : 2);
    assertThat(result.out()).isEmpty();
  }
}
