package io.stepwise.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.stepwise.network.TinyFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs every benchmark as small as it gets. */
final class BenchCommandIT {

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "kernel, of_product_peak, 18",
    "served, of_bare, 1",
    "router, image_steps_per_second, 4",
    "stream, of_none, 1",
    "memory, resident_mib, 3",
    "train, of_bare, 3",
    "cluster, of_linear, 2"
  })
  void benchmarkReportsPositiveFigures(String name, String figure, int rows) throws IOException {
    CommandResult result = run(name, "--json");

    assertThat(result.err()).isEmpty();
    JsonNode report = new ObjectMapper().readTree(result.out());
    assertThat(report.get("benchmark").asText()).isEqualTo(name);
    assertThat(report.get("rows")).hasSize(rows);
    assertThat(report.get("rows")).allMatch(row -> row.get(figure).asDouble() > 0);
    assertThat(report.get("targets")).isNotEmpty();
  }

  @Test
  void tableNamesColumnsAndTargets() {
    CommandResult result = run("served");

    assertThat(result.exitCode()).isZero();
    assertThat(result.out())
        .containsPattern("batch +16\\R")
        .containsPattern("round +bare_image_steps_per_second +.*of_bare\\R")
        .containsPattern("service of bare loop: .* \\((reached|missed): at least 0\\.9500\\)\\R");
  }

  @Test
  void latencyByLoadIsDrawn() throws IOException {
    Path plot = folder.resolve("latency.svg");

    CommandResult result = run("policy", "--plot", plot.toString(), "--json");

    JsonNode report = new ObjectMapper().readTree(result.out());
    assertThat(report.get("rows")).hasSize(20).allMatch(row -> row.get("p50_ms_10").asDouble() > 0);
    assertThat(plot).content().startsWith("<?xml").contains("<svg");
  }

  @Test
  void whatDrawsNothingSaysSo() {
    CommandResult result = run("served", "--plot", "plot.svg");

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err())
        .contains("--plot: plot.svg (expected: not with served, which draws nothing)");
  }

  private CommandResult run(String... arguments) {
    Path model = folder.resolve("tiny");
    TinyFolder.write(model);
    Stream<String> smallest =
        Stream.of(
            "bench",
            "--model",
            model.toString(),
            "--rounds",
            "1",
            "--seconds",
            "0.001",
            "--images",
            "10",
            "--requests",
            "10",
            "--nodes",
            "2");
    return CommandResult.of(Stream.concat(smallest, Stream.of(arguments)).toArray(String[]::new));
  }
}
