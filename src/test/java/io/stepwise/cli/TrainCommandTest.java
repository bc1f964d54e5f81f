package io.stepwise.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.stepwise.diffusion.SchedulerConfig;
import io.stepwise.image.FloatImage;
import io.stepwise.image.GenerationParameters;
import io.stepwise.image.Png;
import io.stepwise.network.PretrainedModel;
import io.stepwise.network.TinyFolder;
import io.stepwise.training.LossLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TrainCommandTest {

  @TempDir Path folder;
  private Path data;
  private Path out;

  @BeforeEach
  void drawImages() throws IOException {
    data = folder.resolve("data");
    out = folder.resolve("run");
    for (String label : List.of("dark", "light")) {
      Path images = Files.createDirectories(data.resolve(label));
      for (int i = 0; i < 6; i++) {
        float[] pixels = new float[64];
        Arrays.fill(pixels, label.equals("dark") ? -0.8f : 0.8f - 0.05f * i);
        Files.write(images.resolve(i + ".png"), Png.encode(new FloatImage(1, 8, 8, pixels)));
      }
    }
  }

  @Test
  void trainedModelIsSampledByItsLabels() throws IOException {
    CommandResult trained = train("--epochs", "2");
    assertThat(trained.err()).isEmpty();
    assertThat(trained.exitCode()).isZero();
    assertThat(out.resolve("loss.png")).exists();
    assertThat(out.resolve("samples/step-000006.png")).exists();

    Path samples = folder.resolve("samples");
    CommandResult sampled =
        CommandResult.of(
            "sample",
            "--model",
            out.resolve("model").toString(),
            "--label",
            "light,dark",
            "--n",
            "2",
            "--steps",
            "3",
            "--guidance",
            "2",
            "--seed",
            "5",
            "--out",
            samples.toString());

    assertThat(sampled.err()).isEmpty();
    assertThat(sampled.exitCode()).isZero();
    assertThat(sampled.out()).contains("4 images").contains("seed 5");
    assertThat(samples.resolve("grid.png")).exists();
    byte[] png = Files.readAllBytes(samples.resolve("dark-0001.png"));
    GenerationParameters parameters =
        GenerationParameters.parse(Png.texts(png).get(GenerationParameters.KEYWORD));
    assertThat(parameters.label()).isEqualTo("dark");
    assertThat(parameters.imageIndex()).isEqualTo(1);
    assertThat(parameters.model()).isEqualTo("model");
  }

  @ParameterizedTest
  @CsvSource({
    "ddpm, DDPMScheduler, ddim, 3",
    "flow, FlowMatchEulerDiscreteScheduler, flow-heun, 3",
    "vdm, DDPMScheduler, dpmpp, 3",
    "consistency, CMStochasticIterativeScheduler, consistency, 3",
    "one-step, DDPMScheduler, ddpm, 1",
    "psi-diffusion, DDPMScheduler, ddpm, 16"
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

  @Test
  void checkAcceptsATrainedModel() {
    train("--epochs", "1");

    CommandResult checked = CommandResult.of("models", "check", out.resolve("model").toString());

    assertThat(checked.out()).contains("ok");
    assertThat(checked.exitCode()).isZero();
  }

  @Test
  void finishedTrainingIsNotBegunAgainAndResumingItChangesNothing() throws IOException {
    train("--epochs", "1");
    double[] losses = LossLog.losses(out.resolve("loss.csv"));

    CommandResult again = train("--epochs", "1");
    assertThat(again.exitCode()).isEqualTo(2);
    assertThat(again.err()).contains("--out").contains("--resume");

    assertThat(train("--resume").exitCode()).isZero();
    assertThat(LossLog.losses(out.resolve("loss.csv"))).isEqualTo(losses);
  }

  @Test
  void validationLossIsPlottedAndRecorded() throws IOException {
    CommandResult trained =
        train("--epochs", "2", "--validation-images", "3", "--validate-every", "2");

    assertThat(trained.err()).isEmpty();
    assertThat(LossLog.validationLosses(out.resolve("loss.csv")).keySet()).containsExactly(2, 4, 5);
    assertThat(out.resolve("loss.png")).exists();
    assertThat(out.resolve("events.out.tfevents.stepwise")).isNotEmptyFile();
    assertThat(out.resolve("model/stepwise.json")).content().contains("best_validation_loss");
  }

  @Test
  void trainedModelIsTrainedFurther() throws IOException {
    train("--epochs", "1", "--prediction", "epsilon");
    String model = out.resolve("model").toString();

    CommandResult further =
        train("--from", model, "--epochs", "1", "--out", folder.resolve("further").toString());

    assertThat(further.err()).isEmpty();
    assertThat(further.exitCode()).isZero();
    String written = Files.readString(folder.resolve("further/model/stepwise.json"));
    assertThat(written).contains("\"started_from\" : \"" + digest(model) + "\"");
    assertThat(folder.resolve("further/model/scheduler/scheduler_config.json"))
        .content()
        .contains("epsilon");
  }

  @Test
  void modelOfOtherLabelsIsNotTrainedFurther() {
    CommandResult result = train("--from", "fashion-mnist");

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).contains("--from: labels: [t-shirt").contains("[dark, light]");
    assertThat(out).doesNotExist();
  }

  @Test
  void nothingToResumeIsSaid() {
    CommandResult resumed = train("--resume");

    assertThat(resumed.exitCode()).isEqualTo(2);
    assertThat(resumed.err()).contains("--resume: no checkpoint in " + out);
  }

  @Test
  void missingDataSaysHowToGetThem() {
    CommandResult result =
        CommandResult.of(
            "train", "--out", out.toString(), "--data", folder.resolve("none").toString());

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err()).contains("no such folder").contains("dataset-fashion-mnist");
  }

  @ParameterizedTest
  @CsvSource({
    "--epochs, 0, --epochs: 0.0 (expected: > 0)",
    "--batch-size, 0, --batch-size: 0 (expected: >= 1)",
    "--learning-rate, -1, learning rate: -1.0 (expected: > 0)",
    "--label-dropout, 2, label dropout: 2.0 (expected: 0 to 1)",
    "--average-decay, 1, average decay: 1.0 (expected: 0 to below 1)",
    "--threads, 0, --threads: 0 (expected: >= 1)",
    "--checkpoint-every, 0, --checkpoint-every: 0 (expected: >= 1)",
    "--learning-rate-schedule, cubic, learning-rate schedule: cubic (expected: one of constant",
    "--accumulate, 5, 'micro-batches: 5 (expected: 1 to the batch size, 4)'",
    "--cycles, 0, cycles: 0 (expected: >= 1)",
    "--validation-images, -1, validation images: -1 (expected: >= 0)",
    "--validate-every, 0, validate every: 0 (expected: >= 1 updates)",
    "--schedule, cubic, beta_schedule: \"cubic\"",
    "--prediction, noise, prediction_type: \"noise\"",
    "--channels, '16,7', block_out_channels: 7",
    "--seed, x, --seed"
  })
  void wrongOptionIsNamedWithWhatWasExpected(String option, String value, String message) {
    CommandResult result = train(option, value);

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).contains(message.replace("\"", "")).hasLineCount(1);
    assertThat(out).doesNotExist();
  }

  @Test
  void modelInWhosePlaceTheTrainedOneCannotServeIsRefusedBeforeTraining() {
    Path served = folder.resolve("served");
    TinyFolder.write(served);

    CommandResult labels = train("--epochs", "1", "--publish", served.toString());

    assertThat(labels.exitCode()).isEqualTo(2);
    assertThat(labels.err())
        .hasLineCount(1)
        .contains("--publish: " + served)
        .contains("labels: [dark, light] (expected: [left, top])");
    assertThat(train("--epochs", "1", "--publish", "fashion-mnist").err())
        .hasLineCount(1)
        .contains("shape: ")
        .contains("28");
    assertThat(out).doesNotExist();
  }

  @Test
  void otherPredictionThanTheServedModelsIsRefused() {
    train("--epochs", "1");
    String served = out.resolve("model").toString();
    String other = folder.resolve("other").toString();

    CommandResult published =
        train("--epochs", "1", "--prediction", "epsilon", "--publish", served, "--out", other);

    assertThat(published.exitCode()).isEqualTo(2);
    assertThat(published.err()).contains("prediction_type: epsilon (expected: v_prediction)");
    // What suits gets as far as the folder, which is not set here.
    assertThat(train("--epochs", "1", "--publish", served, "--out", other).err())
        .contains("STEPWISE_SNAPSHOTS_FOLDER");
  }

  private static String digest(String model) {
    return PretrainedModel.read("model", Path.of(model)).description().digest();
  }

  private CommandResult train(String... more) {
    String[] common = {
      "train",
      "--out",
      out.toString(),
      "--data",
      data.toString(),
      "--grey",
      "--batch-size",
      "4",
      "--channels",
      "16,16",
      "--warm-up",
      "1"
    };
    List<String> arguments = new ArrayList<>(List.of(common));
    for (int i = 0; i + 1 < more.length; i += 2) {
      int given = arguments.indexOf(more[i]);
      if (given >= 0) {
        arguments.set(given + 1, more[i + 1]);
      } else {
        arguments.addAll(List.of(more[i], more[i + 1]));
      }
    }
    if (more.length % 2 == 1) {
      arguments.add(more[more.length - 1]);
    }
    return CommandResult.of(arguments.toArray(String[]::new));
  }
}
