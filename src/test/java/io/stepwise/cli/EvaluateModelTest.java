package io.stepwise.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stepwise.image.FloatImage;
import io.stepwise.image.Png;
import io.stepwise.network.TinyFolder;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A tiny model from its training to its evaluation. */
final class EvaluateModelTest {

  @TempDir private static Path folder;

  /** Draws images of two kinds for both splits. */
  private static String drawImages(String name, String dark, String light) throws IOException {
    Path data = folder.resolve(name);
    for (String split : List.of("train", "test")) {
      for (String label : List.of(dark, light)) {
        Path images = Files.createDirectories(data.resolve(split).resolve(label));
        for (int i = 0; i < 6; i++) {
          float[] pixels = new float[64];
          Arrays.fill(pixels, label.equals(dark) ? -0.8f + 0.03f * i : 0.8f - 0.05f * i);
          Files.write(images.resolve(i + ".png"), Png.encode(new FloatImage(1, 8, 8, pixels)));
        }
      }
    }
    return data.toString();
  }

  private static CommandResult run(String... arguments) {
    return CommandResult.of(arguments);
  }

  @Test
  void trainedModelIsMeasuredInTablesAndJson() throws IOException {
    String data = drawImages("data", "dark", "light");
    CommandResult trained =
        run(
            "train",
            "--data",
            data,
            "--out",
            folder.resolve("run").toString(),
            "--grey",
            "--batch-size",
            "4",
            "--epochs",
            "1",
            "--channels",
            "16,16",
            "--warm-up",
            "1");
    assertThat(trained.err()).isEmpty();
    String model = folder.resolve("run/model").toString();
    String weights = folder.resolve("classifier.safetensors").toString();

    CommandResult withShipped =
        run("evaluate", "--model", model, "--data", data, "--images", "2", "--n", "8");
    assertThat(withShipped.err()).contains("--classifier").contains("--train-classifier");
    assertThat(withShipped.exitCode()).isEqualTo(2);

    CommandResult classifier =
        run("evaluate", "--data", data, "--model", model, "--train-classifier", weights);
    assertThat(classifier.out()).contains("test accuracy").contains("digest");
    Path json = folder.resolve("figures.json");
    CommandResult evaluated =
        run(
            "evaluate",
            "--model",
            model,
            "--data",
            data,
            "--classifier",
            weights,
            "--images",
            "2",
            "--grid",
            "4",
            "--n",
            "8",
            "--seeds",
            "2",
            "--steps",
            "2",
            "--json",
            json.toString());

    assertThat(evaluated.err()).isEmpty();
    assertThat(evaluated.exitCode()).isZero();
    assertThat(evaluated.out())
        .contains("bound in bits/dim")
        .contains("classifier frechet distance")
        .contains("label agreement")
        .doesNotContain("NaN");
    JsonNode figures = new ObjectMapper().readTree(json.toFile());
    assertThat(figures.at("/bound/rows")).hasSize(3);
    assertThat(figures.at("/bound/rows/2/steps").asInt()).isEqualTo(4);
    assertThat(figures.at("/bound/rows/2/fitted/mean").asDouble()).isPositive();
    assertThat(figures.at("/samples/model")).hasSize(6);
    assertThat(figures.at("/samples/floor/precision/mean").asDouble()).isEqualTo(1);
    assertThat(figures.at("/classifier").asText()).hasSize(64);

    changeScheduler("rescale_betas_zero_snr", BooleanNode.TRUE);
    assertRefused(
        run("evaluate", "--model", model, "--data", data, "--n", "0", "--spacing", "timesteps"),
        "--grid: 1024, --spacing: timesteps: steps: 1024 (expected: <= 999, as the last timestep"
            + " has no signal); --images 0 for no bound");
    changeScheduler("rescale_betas_zero_snr", BooleanNode.FALSE);
    changeScheduler("num_train_timesteps", IntNode.valueOf(1));
    assertRefused(
        run("evaluate", "--model", model, "--data", data, "--n", "0"),
        "--grid: 1024, --spacing: log-snr: noise levels: 1 (expected: >= 2); --images 0 for no"
            + " bound");
  }

  @ParameterizedTest
  @ValueSource(strings = {"FlowMatchEulerDiscreteScheduler", "EDMEulerScheduler"})
  void modelWithoutBetasHasTheSameBound(String scheduler) throws IOException {
    Path model = folder.resolve(scheduler);
    CommandResult evaluated = evaluate(model, scheduler, "--json", model + ".json");

    assertThat(evaluated.err()).isEmpty();
    JsonNode rows =
        new ObjectMapper().readTree(Path.of(model + ".json").toFile()).at("/bound/rows");
    assertThat(rows).hasSize(3);
    assertThat(rows.at("/2/fitted/mean").asDouble()).isBetween(1.0, 20.0);
  }

  @Test
  void consistencyModelHasNoBound() throws IOException {
    assertRefused(
        evaluate(folder.resolve("consistency"), "CMStochasticIterativeScheduler"),
        "--images: 2 (expected: 0, as a consistency model has no likelihood)");
  }

  /** Measures the bound of an untrained network with a scheduler. */
  private static CommandResult evaluate(Path model, String scheduler, String... arguments)
      throws IOException {
    String data = drawImages("tiny", "left", "top");
    TinyFolder.write(model);
    new ObjectMapper()
        .writeValue(model.resolve(TinyFolder.SCHEDULER).toFile(), Map.of("_class_name", scheduler));
    List<String> all =
        new ArrayList<>(List.of("evaluate", "--model", model.toString(), "--data", data));
    all.addAll(List.of("--images", "2", "--grid", "4", "--n", "0"));
    all.addAll(List.of(arguments));
    return run(all.toArray(String[]::new));
  }

  @Test
  void learntVarianceIsTrainedSampledAndMeasured() throws IOException {
    String data = drawImages("learnt-data", "dark", "light");
    Path out = folder.resolve("learnt");
    CommandResult trained =
        run(
            "train",
            "--data",
            data,
            "--out",
            out.toString(),
            "--grey",
            "--batch-size",
            "4",
            "--epochs",
            "1",
            "--channels",
            "16,16",
            "--variance",
            "learned_range");
    assertThat(trained.err()).isEmpty();
    String model = out.resolve("model").toString();
    assertThat(out.resolve("model/scheduler/scheduler_config.json"))
        .content()
        .contains("learned_range");

    CommandResult sampled =
        run(
            "sample",
            "--model",
            model,
            "--solver",
            "ddpm",
            "--steps",
            "3",
            "--out",
            folder.resolve("samples").toString());
    assertThat(sampled.err()).isEmpty();
    assertThat(run("models", "check", model).out()).contains("ok");

    Path json = folder.resolve("learnt.json");
    CommandResult evaluated =
        run(
            "evaluate",
            "--model",
            model,
            "--data",
            data,
            "--images",
            "1",
            "--grid",
            "4",
            "--n",
            "0",
            "--json",
            json.toString());
    assertThat(evaluated.err()).isEmpty();
    assertThat(evaluated.out()).contains("learned");
    JsonNode rows = new ObjectMapper().readTree(json.toFile()).at("/bound/rows");
    assertThat(rows.at("/2/learned/mean").asDouble()).isPositive();
  }

  @Test
  void autoencoderHasABoundOfItsOwn() throws IOException {
    String data = drawImages("encoded-data", "dark", "light");
    Path out = folder.resolve("autoencoder");
    run(
        "train",
        "--data",
        data,
        "--out",
        out.toString(),
        "--grey",
        "--family",
        "vae",
        "--batch-size",
        "4",
        "--epochs",
        "1",
        "--channels",
        "16,16");
    Path json = folder.resolve("autoencoder.json");
    CommandResult evaluated =
        run(
            "evaluate",
            "--model",
            out.resolve("model").toString(),
            "--data",
            data,
            "--images",
            "2",
            "--importance-samples",
            "3",
            "--n",
            "0",
            "--json",
            json.toString());

    assertThat(evaluated.err()).isEmpty();
    assertThat(evaluated.out())
        .contains("divergence of the latents")
        .contains("importance-weighted, 3 samples")
        .contains("of 64");
    JsonNode bound = new ObjectMapper().readTree(json.toFile()).at("/bound");
    assertThat(bound.at("/total/mean").asDouble())
        .isCloseTo(
            bound.at("/divergence/mean").asDouble() + bound.at("/reconstruction/mean").asDouble(),
            within(1e-9));
    assertThat(bound.at("/importance_weighted/mean").asDouble()).isPositive();
  }

  private static void changeScheduler(String field, JsonNode value) throws IOException {
    File file = folder.resolve("run/model/scheduler/scheduler_config.json").toFile();
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode config = (ObjectNode) mapper.readTree(file);
    mapper.writeValue(file, config.set(field, value));
  }

  private static void assertRefused(CommandResult result, String message) {
    assertThat(result.err()).isEqualTo("stepwise evaluate: " + message + System.lineSeparator());
    assertThat(result.exitCode()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({"one-step, 1, 4", "psi-diffusion, 16, 0", "hierarchical-vae, 4, 3"})
  void boundOfAModelWithAnEncoderHasItsParts(String family, int levels, int samples)
      throws IOException {
    String data = drawImages("encoded", "dark", "light");
    Path out = folder.resolve(family);
    run(
        "train",
        "--data",
        data,
        "--out",
        out.toString(),
        "--family",
        family,
        "--grey",
        "--batch-size",
        "4",
        "--epochs",
        "1",
        "--channels",
        "16,16",
        "--warm-up",
        "1");
    Path json = folder.resolve(family + ".json");

    CommandResult evaluated =
        run(
            "evaluate",
            "--model",
            out.resolve("model").toString(),
            "--data",
            data,
            "--images",
            "3",
            "--n",
            "0",
            "--importance-samples",
            String.valueOf(samples),
            "--json",
            json.toString());

    assertThat(evaluated.err()).isEmpty();
    assertThat(evaluated.out()).contains("prior").contains("reconstruction").contains("total");
    JsonNode bound = new ObjectMapper().readTree(json.toFile()).get("bound");
    double parts = bound.get("prior").get("mean").doubleValue();
    for (JsonNode step : bound.get("steps")) {
      parts += step.get("mean").doubleValue();
    }
    parts += bound.get("reconstruction").get("mean").doubleValue();
    assertThat(bound.get("steps")).hasSize(levels - 1);
    assertThat(bound.get("total").get("mean").doubleValue()).isCloseTo(parts, within(1e-6 * parts));
    assertThat(bound.has("importance_weighted")).isEqualTo(samples > 0);
  }
}
