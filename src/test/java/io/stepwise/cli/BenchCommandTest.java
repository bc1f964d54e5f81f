package io.stepwise.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.bench.BenchmarkReport;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class BenchCommandTest {

  @Test
  void unknownBenchmarkIsOneLine() {
    CommandResult result = CommandResult.of("bench", "speed");

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err())
        .contains(
            "benchmark: speed (expected: one of [kernel, served, router, policy, stream, memory,"
                + " train, cluster])");
  }

  @Test
  void timeOfNothingIsOneLine() {
    CommandResult result = CommandResult.of("bench", "kernel", "--seconds", "0");

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).contains("--seconds: 0.0 (expected: > 0)");
  }

  @Test
  void plotThatCannotBeWrittenIsRefusedBeforeAnythingIsMeasured() {
    CommandResult result = CommandResult.of("bench", "policy", "--plot", "no-such-folder/plot.svg");

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err())
        .contains("--plot: no-such-folder/plot.svg (expected: a file to write)");
  }

  @Test
  void figuresStandUnderTheirNames() {
    BenchmarkReport report =
        new BenchmarkReport(
            Map.of("threads", 2),
            List.of(Map.of("rate", 5.0), Map.of("rate", 123.5)),
            List.of(new BenchmarkReport.Target("share", 0.4, 0.45, false)));
    StringWriter text = new StringWriter();

    BenchTable.print(new PrintWriter(text, true), report);

    assertThat(text.toString().lines())
        .containsExactly(
            "threads                 2",
            "",
            " rate",
            "  5.0",
            "123.5",
            "",
            "share: 0.4000 (missed: at least 0.4500)");
  }
}
