package io.stepwise.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.stepwise.diffusion.SchedulerConfig;
import io.stepwise.network.PretrainedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What each family adds to {@code train}. */
final class TrainFamilyTest {

  @TempDir Path folder;
  private TinyTrainCommand train;
  private Path out;

  @BeforeEach
  void drawImages() throws IOException {
    train = TinyTrainCommand.in(folder);
    out = train.out();
  }

  @ParameterizedTest
  @CsvSource({
    "ddpm, DDPMScheduler, ddim, 3",
    "flow, FlowMatchEulerDiscreteScheduler, flow-heun, 3",
    "vdm, DDPMScheduler, dpmpp, 3",
    "consistency, CMStochasticIterativeScheduler, consistency, 3",
    "one-step, DDPMScheduler, ddpm, 1",
    "psi-diffusion, DDPMScheduler, ddpm, 16",
    "hierarchical-vae, HierarchicalScheduler, hierarchical, 4"
  })
  void everyFamilyIsTrainedFurtherGoneOnWithAndSampled(
      String family, String scheduler, String solver, String steps) throws IOException {
    assertThat(train("--family", family, "--epochs", "1").err()).isEmpty();
    Path model = out.resolve("model");
    assertThat(model.resolve("stepwise.json")).content().contains("\"" + family + "\"");
    assertThat(model.resolve("scheduler/scheduler_config.json")).content().contains(scheduler);
    assertThat(train("--resume").exitCode()).isZero();

    CommandResult further =
        train(
            "--from",
            model.toString(),
            "--epochs",
            "1",
            "--out",
            folder.resolve("further").toString());
    assertThat(further.err()).isEmpty();
    Path written = folder.resolve("further/model");
    assertThat(written.resolve("stepwise.json")).content().contains("\"" + family + "\"");

    Path samples = folder.resolve("samples");
    CommandResult sampled =
        CommandResult.of(
            "sample",
            "--model",
            written.toString(),
            "--solver",
            solver,
            "--label",
            "light",
            "--steps",
            steps,
            "--out",
            samples.toString());
    assertThat(sampled.err()).isEmpty();
    assertThat(samples.resolve("grid.png")).exists();
  }

  @ParameterizedTest
  @CsvSource({"squaredcos_cap_v2, 80", "scaled_linear, 36.9"})
  void trainedFolderNamesTheLevelsOfMultistepSolvers(String schedule, double most)
      throws IOException {
    train("--family", "ddpm", "--schedule", schedule, "--epochs", "1");

    assertThat(out.resolve("model/scheduler/scheduler_config.json"))
        .content()
        .contains("\"use_karras_sigmas\" : true")
        .doesNotContain("timestep_spacing");
    SchedulerConfig scheduler = PretrainedModel.read("model", out.resolve("model")).scheduler();
    assertThat(scheduler.plan(50, null).rows().get(0).timestep()).isEqualTo(980);
    assertThat(scheduler.withSolver("euler").plan(50, null).initialScale())
        .isCloseTo(most, within(0.1));
  }

  @Test
  void encoderIsPartOfTheModelAndItsDigest() throws IOException {
    train("--family", "one-step", "--epochs", "1");
    String model = out.resolve("model").toString();
    Path encoder = out.resolve("model/encoder");
    assertThat(encoder.resolve("config.json")).content().contains("\"out_channels\" : 2");
    String digest = digest(model);

    Path copy = folder.resolve("copy");
    assertThat(CommandResult.of("models", "export", model, copy.toString()).exitCode()).isZero();
    assertThat(digest(copy.toString())).isEqualTo(digest);

    Files.writeString(
        encoder.resolve("config.json"),
        Files.readString(encoder.resolve("config.json")).replace("}", " }"));
    assertThat(digest(model)).isNotEqualTo(digest);
    Files.delete(encoder.resolve("diffusion_pytorch_model.safetensors"));
    CommandResult checked = CommandResult.of("models", "check", model);
    assertThat(checked.exitCode()).isEqualTo(1);
    assertThat(checked.err()).contains("encoder");
  }

  @Test
  void familyWithoutItsEncoderTrainsTheOtherNetworkAlone() {
    CommandResult trained =
        train(
            "--family", "psi-diffusion", "--encoder", "none", "--timesteps", "3", "--epochs", "1");

    assertThat(trained.err()).isEmpty();
    assertThat(out.resolve("model/unet")).exists();
    assertThat(out.resolve("model/encoder")).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource({
    "gin, --epochs, 1, family: gin (expected: one of ddpm",
    "flow, --schedule, linear, --schedule: linear (expected: none with --family flow",
    "flow, --prediction, sample, --prediction: sample (expected: none with --family flow",
    "consistency, --prediction, sample, --prediction: sample (expected: none with --family",
    "vdm, --schedule, linear, --schedule: linear (expected: none with --family vdm",
    "vdm, --variance, learned_range, --variance: learned_range (expected: none with --family vdm",
    "vdm, --latent-channels, 3, --latent-channels: 3 (expected: none with --family vdm",
    "vdm, --kl-warm-up, 3, divergence warm-up: 3 (expected: 0 with family vdm",
    "vdm, --loss, vlb, loss: vlb (expected: none with family vdm",
    "ddpm, --loss, hybrid, 'loss: hybrid (expected: simple or vlb, as the variance is fixed)'",
    "ddpm, --variance, learned, variance_type: learned (expected: one of fixed_small",
    "ddpm, --encoder, none, --encoder: none (expected: none with --family ddpm",
    "one-step, --encoder, big, --encoder: big (expected: unet or none)",
    "hierarchical-vae, --levels, 65, levels: 65 (expected: 1 to 64)",
    "psi-diffusion, --levels, 4, --levels: 4 (expected: none with --family psi-diffusion",
    "one-step, --timesteps, 4, --timesteps: 4 (expected: none with --family one-step",
    "psi-diffusion, --timesteps, 501, timesteps: 501 (expected: 1 to 500)",
    "psi-diffusion, --prediction, epsilon, prediction_type: epsilon (expected: sample or",
    "flow, --kl-warm-up, 5, 'divergence warm-up: 5 (expected: 0 with family flow'",
  })
  void optionThatTheFamilyDoesNotHaveIsNamed(
      String family, String option, String value, String message) {
    CommandResult result = train("--family", family, option, value);

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).contains(message).hasLineCount(1);
    assertThat(out).doesNotExist();
  }

  @Test
  void learntEndsAreInTheSchedulerOfTheModel() throws IOException {
    CommandResult trained =
        train("--epochs", "2", "--family", "vdm", "--learning-rate", "0.05", "--learn-ends");
    assertThat(trained.err()).isEmpty();
    Path model = out.resolve("model");
    SchedulerConfig scheduler = PretrainedModel.read("model", model).scheduler();
    assertThat(scheduler.trainTimesteps()).isEqualTo(200);
    assertThat(scheduler.noiseSchedule().gamma(199)).isNotCloseTo(5, within(1e-3));
    assertThat(model.resolve("ends")).doesNotExist();
    assertThat(train("--resume").exitCode()).isZero();

    CommandResult further =
        train(
            "--from",
            model.toString(),
            "--epochs",
            "1",
            "--out",
            folder.resolve("further").toString(),
            "--learn-ends");
    assertThat(further.err()).isEmpty();
    CommandResult published =
        train(
            "--family",
            "vdm",
            "--publish",
            model.toString(),
            "--out",
            folder.resolve("none").toString(),
            "--learn-ends");
    assertThat(published.err()).contains("--learn-ends: true (expected: false with --publish");
    assertThat(published.exitCode()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({
    "vae, --kl-warm-up=2, vae",
    "vae, --latent-channels=3, vae",
    "gan, --style-noise, generator",
    "gan, --no-style-noise, generator"
  })
  void onePassModelIsTrainedFurtherGoneOnWithShownAndSampled(
      String family, String option, String decoder) throws IOException {
    assertThat(train("--family", family, "--epochs", "1", option).err()).isEmpty();
    Path model = out.resolve("model");
    assertThat(model.resolve(decoder).resolve("config.json")).exists();
    assertThat(model.resolve("unet")).doesNotExist();
    assertThat(train("--resume").exitCode()).isZero();
    CommandResult further =
        train(
            "--from",
            model.toString(),
            "--epochs",
            "1",
            "--out",
            folder.resolve("further").toString());
    assertThat(further.err()).isEmpty();
    Path written = folder.resolve("further/model");
    assertThat(CommandResult.of("models", "check", written.toString()).out()).contains("ok");
    assertThat(CommandResult.of("models", "show", written.toString()).out()).contains("latent");

    Path samples = folder.resolve("samples");
    CommandResult sampled =
        CommandResult.of(
            "sample", "--model", written.toString(), "--n", "3", "--out", samples.toString());
    assertThat(sampled.err()).isEmpty();
    assertThat(samples.resolve("grid.png")).exists();
  }

  @Test
  void styleNoiseBelongsToGan() {
    assertThat(train("--family", "vae", "--no-style-noise").err())
        .contains("--style-noise: false (expected: none with --family vae, it belongs to gan)");
  }

  @Test
  void optimalTransportBelongsToFlow() {
    assertThat(train("--optimal-transport").err())
        .contains("optimal transport: true (expected: false with family ddpm");
    assertThat(train("--family", "flow", "--epochs", "1", "--optimal-transport").err()).isEmpty();
  }

  private static String digest(String model) {
    return PretrainedModel.read("model", Path.of(model)).description().digest();
  }

  private CommandResult train(String... more) {
    return train.run(more);
  }
}
