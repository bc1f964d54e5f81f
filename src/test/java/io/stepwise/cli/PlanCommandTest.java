package io.stepwise.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.stepwise.diffusion.LogVarianceBounds;
import io.stepwise.diffusion.SchedulerConfig;
import io.stepwise.diffusion.StepMatrix;
import io.stepwise.diffusion.StepPlan;
import io.stepwise.diffusion.StepRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PlanCommandTest {

  @TempDir Path folder = Path.of("");

  private static CommandResult plan(String... arguments) {
    return CommandResult.of(
        Stream.concat(Stream.of("plan"), Arrays.stream(arguments)).toArray(String[]::new));
  }

  private String file(String json) throws IOException {
    return Files.writeString(folder.resolve("scheduler_config.json"), json).toString();
  }

  @Test
  void jsonHoldsEveryDigitOfThePlan() throws IOException {
    CommandResult result = plan("--solver", "ddim", "--steps", "20", "--eta", "0.5", "--json");

    assertThat(result.exitCode()).isZero();
    assertThat(result.err()).isEmpty();
    assertThat(read(result.out())).isEqualTo(SchedulerConfig.parse(Map.of(), "ddim").plan(20, 0.5));
  }

  @Test
  void jsonHoldsLearnedVarianceAndAMissingClip() throws IOException {
    String file =
        file(
            """
            {"_class_name": "DDPMScheduler", "variance_type": "learned_range",
             "clip_sample": false}
            """);
    CommandResult result = plan("--steps", "10", "--scheduler-config", file, "--json");

    assertThat(result.exitCode()).isZero();
    StepPlan plan = read(result.out());
    assertThat(plan.rows().get(0).logVarianceBounds()).isNotNull();
    assertThat(plan.rows().get(0).clip()).isNull();
    assertThat(plan)
        .isEqualTo(
            SchedulerConfig.parse(
                    Map.of(
                        "_class_name", "DDPMScheduler",
                        "variance_type", "learned_range",
                        "clip_sample", false))
                .plan(10, null));
  }

  @Test
  void jsonHasExactlyThePublishedFields() throws IOException {
    JsonNode json =
        new ObjectMapper().readTree(plan("--solver", "ddpm", "--steps", "3", "--json").out());

    assertThat(json.fieldNames()).toIterable().containsExactly("initial_scale", "history", "rows");
    assertThat(json.get("rows").get(0).fieldNames())
        .toIterable()
        .containsExactly(
            "timestep", "input_scale", "p", "q", "clip", "m", "v", "log_variance_bounds");
  }

  private static StepPlan read(String text) throws IOException {
    JsonNode json = new ObjectMapper().readTree(text);
    List<StepRow> rows = new ArrayList<>();
    for (JsonNode row : json.get("rows")) {
      rows.add(
          new StepRow(
              row.get("timestep").doubleValue(),
              row.get("input_scale").doubleValue(),
              row.get("p").doubleValue(),
              row.get("q").doubleValue(),
              row.get("clip").isNull() ? null : row.get("clip").doubleValue(),
              matrix(row.get("m")),
              row.get("v").doubleValue(),
              bounds(row.get("log_variance_bounds"))));
    }
    return new StepPlan(
        json.get("initial_scale").doubleValue(), json.get("history").intValue(), rows);
  }

  private static StepMatrix matrix(JsonNode json) {
    double[][] rows = new double[json.size()][];
    for (int r = 0; r < rows.length; r++) {
      rows[r] = new double[json.get(r).size()];
      for (int c = 0; c < rows[r].length; c++) {
        rows[r][c] = json.get(r).get(c).doubleValue();
      }
    }
    return StepMatrix.of(rows);
  }

  private static @Nullable LogVarianceBounds bounds(JsonNode json) {
    return json.isNull()
        ? null
        : new LogVarianceBounds(json.get(0).doubleValue(), json.get(1).doubleValue());
  }

  @Test
  void tableHasOneAlignedLineARow() {
    CommandResult result = plan("--solver", "ddpm", "--steps", "4");

    assertThat(result.exitCode()).isZero();
    List<String> lines = result.out().lines().toList();
    assertThat(lines.get(0))
        .isEqualTo("ddpm, steps 4, training timesteps 1000, initial scale 1, history 0");
    assertThat(lines.subList(2, 7)).hasSize(5);
    assertThat(lines.subList(2, 7).stream().map(String::length).distinct()).hasSize(1);
    assertThat(lines.get(2).trim().split(" +"))
        .containsExactly(
            "step",
            "timestep",
            "input",
            "p",
            "q",
            "clip",
            "x'<x",
            "x'<out",
            "x'<denoised",
            "v",
            "log-variance");
    assertThat(lines.get(3).trim().split(" +")).startsWith("0", "750", "1");
    assertThat(lines.get(6).trim().split(" +")).endsWith("0", "0", "1", "0", "-");
  }

  @Test
  void tableNamesTheColumnsOfARememberingSolver() {
    StepMatrix m = StepMatrix.of(new double[] {1, 2, 3, 4}, new double[] {5, 6, 7, 8e-9});
    StepPlan plan =
        new StepPlan(
            1,
            1,
            List.of(new StepRow(999.5, 1, 0, 1, null, m, 0.25, new LogVarianceBounds(-9, -4))));

    assertThat(PlanTable.of(plan).lines().map(line -> line.trim().split(" +")))
        .containsExactly(
            new String[] {
              "step",
              "timestep",
              "input",
              "p",
              "q",
              "clip",
              "x'<x",
              "x'<out",
              "x'<denoised",
              "x'<h1",
              "h1'<x",
              "h1'<out",
              "h1'<denoised",
              "h1'<h1",
              "v",
              "log-variance"
            },
            new String[] {
              "0", "999.5", "1", "0", "1", "-", "1", "2", "3", "4", "5", "6", "7", "8E-9", "0.25",
              "-9..-4"
            });
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1, 1",
    "-1, -1",
    "980, 980",
    "0.333333333333, 0.333333",
    "0.0001, 0.0001",
    "0.000012345678, 0.0000123457",
    "0.000000123, 1.23E-7",
  })
  void numbersHaveSixDigits(double value, String text) {
    assertThat(PlanTable.digits(value)).isEqualTo(text);
  }

  @Test
  void solverOfTheFileMayBeReplaced() throws IOException {
    String file = file("{\"_class_name\": \"DDPMScheduler\", \"timestep_spacing\": \"trailing\"}");

    CommandResult result =
        plan("--solver", "ddim", "--steps", "2", "--scheduler-config", file, "--json");

    assertThat(read(result.out()))
        .isEqualTo(
            SchedulerConfig.parse(Map.of("timestep_spacing", "trailing"), "ddim").plan(2, null));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--solver ddpm --steps 0 | steps: 0 (expected: 1 to 1000)",
        "--solver ddpm --steps 1000000000 | steps: 1000000000 (expected: 1 to 1000)",
        "--solver ddim --steps 10 --eta -1 | eta: -1.0 (expected: >= 0)",
        "--solver ddpm --steps 10 --eta 1 | eta: 1.0 (expected: none with solver ddpm; eta belongs"
            + " to ddim)",
        "--solver foo --steps 10 | solver: foo (expected: one of ddpm, ddim, pndm, dpmpp, unipc,"
            + " euler, euler-ancestral, heun, lcm, renoising, flow-euler, flow-heun, edm-euler, edm-heun,"
            + " edm-dpmpp, consistency, hierarchical)",
        "--steps 10 | --solver: missing (expected: one of ddpm, ddim, pndm, dpmpp, unipc, euler,"
            + " euler-ancestral, heun, lcm, renoising, flow-euler, flow-heun, edm-euler, edm-heun, edm-dpmpp,"
            + " consistency, hierarchical, or a --scheduler-config that names one)",
        "--solver ddpm --steps ten | Invalid value for option '--steps': 'ten' is not an int",
        "--solver ddpm | Missing required option: '--steps=N'",
        "--solver ddpm --steps 10 --seed 1 | Unknown options: '--seed', '1'",
        "--steps 10 --scheduler-config /no/such.json | /no/such.json: cannot be read: no such file",
      })
  void wrongArgumentIsOneLine(String arguments, String message) {
    CommandResult result = plan(arguments.split(" "));

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err().lines()).containsExactly("stepwise plan: " + message);
    assertThat(result.out()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"thresholding\": true, \"_class_name\": \"DDIMScheduler\"} | thresholding: true"
            + " (expected: false)",
        "{\"_class_name\": \"FooScheduler\"} | _class_name: FooScheduler (expected: one of"
            + " DDPMScheduler, DDIMScheduler, ",
        "{} | _class_name: missing (expected: one of DDPMScheduler, DDIMScheduler, ",
        "[] | not a JSON object",
        "{\"a\": | not a JSON object",
      })
  void wrongFileIsNamed(String json, String message) throws IOException {
    String file = file(json);

    CommandResult result = plan("--steps", "10", "--scheduler-config", file);

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err().lines())
        .singleElement()
        .asString()
        .startsWith("stepwise plan: " + file + ": " + message);
  }
}
