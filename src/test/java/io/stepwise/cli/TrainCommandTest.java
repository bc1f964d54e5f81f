package io.stepwise.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.image.GenerationParameters;
import io.stepwise.image.Png;
import io.stepwise.network.PretrainedModel;
import io.stepwise.network.TinyFolder;
import io.stepwise.training.LossLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TrainCommandTest {

  @TempDir Path folder;
  private TinyTrainCommand train;
  private Path out;

  @BeforeEach
  void drawImages() throws IOException {
    train = TinyTrainCommand.in(folder);
    out = train.out();
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
    return train.run(more);
  }
}
