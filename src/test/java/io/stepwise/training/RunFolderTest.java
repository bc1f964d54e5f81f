package io.stepwise.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.stepwise.data.ImageDataset;
import io.stepwise.family.Family;
import io.stepwise.family.Networks;
import io.stepwise.network.NetworkException;
import io.stepwise.network.NetworkWeights;
import io.stepwise.network.TensorData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class RunFolderTest {

  private static final int STEPS = 12;

  @TempDir Path temporary;

  @Test
  void continuedRunHasTheLossesAndWeightsOfTheUnbrokenRun() throws IOException {
    Map<String, TensorData> unbroken = train(temporary.resolve("unbroken"), STEPS);

    train(temporary.resolve("broken"), 3);
    train(temporary.resolve("broken"), 7);
    Map<String, TensorData> broken = train(temporary.resolve("broken"), STEPS);

    assertThat(losses("broken")).hasSize(STEPS).isEqualTo(losses("unbroken"));
    assertThat(broken.keySet()).isEqualTo(unbroken.keySet());
    unbroken.forEach(
        (name, tensor) ->
            assertThat(broken.get(name).values()).as(name).isEqualTo(tensor.values()));
  }

  @ParameterizedTest
  @EnumSource(
      value = Family.class,
      names = {"ONE_STEP", "PSI_DIFFUSION", "HIERARCHICAL_VAE"})
  void continuedRunOfTwoNetworksHasTheLossesAndWeightsOfTheUnbrokenRun(Family family)
      throws IOException {
    TrainingOptions options = TinyTraining.encoded(family, STEPS);
    Map<String, NetworkWeights> unbroken = train(temporary.resolve("unbroken"), options, STEPS);

    train(temporary.resolve("broken"), options, 5);
    Map<String, NetworkWeights> broken = train(temporary.resolve("broken"), options, STEPS);

    assertThat(losses("broken")).hasSize(STEPS).isEqualTo(losses("unbroken"));
    assertThat(broken.keySet()).containsExactly("unet", "encoder");
    unbroken.forEach(
        (network, weights) ->
            weights
                .weights()
                .forEach(
                    (name, tensor) ->
                        assertThat(broken.get(network).weights().get(name).values())
                            .as(network + " " + name)
                            .isEqualTo(tensor.values())));
  }

  @Test
  void lossesWrittenAfterTheLastCheckpointAreDroppedOnContinuing() throws IOException {
    train(temporary.resolve("run"), 4);
    LossLog log = LossLog.open(temporary.resolve("run/loss.csv"), 4);
    log.append(List.of(new TrainingStep(5, 99, 1, 1, 1, null, false)));

    train(temporary.resolve("run"), 6);

    assertThat(losses("run")).hasSize(6).doesNotContain(99.0);
  }

  @Test
  void runWhoseLossesWereRemovedGoesOnWithThoseToCome() throws IOException {
    train(temporary.resolve("unbroken"), STEPS);
    train(temporary.resolve("run"), 4);
    Files.delete(temporary.resolve("run/loss.csv"));
    train(temporary.resolve("run"), 6);
    Files.write(temporary.resolve("run/loss.csv"), List.of("step,loss"));

    train(temporary.resolve("run"), STEPS);

    assertThat(losses("run")).isEqualTo(losses("unbroken").subList(6, STEPS));
  }

  @Test
  void eventsHoldWhatTheLossFileHoldsOnceHoweverOftenTheRunIsBroken() throws IOException {
    train(temporary.resolve("run"), 3);
    train(temporary.resolve("run"), 7);
    train(temporary.resolve("run"), STEPS);

    List<Double> fromEvents = new ArrayList<>();
    for (EventFileReader.Event event :
        EventFileReader.read(temporary.resolve("run/events.out.tfevents.stepwise"))) {
      if (event.numbers().containsKey("loss/training")) {
        fromEvents.add(event.numbers().get("loss/training").doubleValue());
      }
    }
    List<Double> losses = losses("run");
    assertThat(fromEvents).hasSize(STEPS);
    for (int i = 0; i < STEPS; i++) {
      assertThat(fromEvents.get(i)).isCloseTo(losses.get(i), within(1e-6));
    }
  }

  @Test
  void newTrainingKeepsThePreviousOneWhichCanBeGoneOnWith() throws IOException {
    RunFolder folder = new RunFolder(temporary.resolve("run"));
    train(temporary.resolve("run"), 3);
    folder.clear();
    assertThat(temporary.resolve("run")).doesNotExist();
    train(temporary.resolve("run"), 5);
    folder.clear();

    assertThat(losses("run.previous")).as("the last, not the one before").hasSize(5);
    train(folder.previous(), STEPS);
    train(temporary.resolve("unbroken"), STEPS);
    assertThat(losses("run.previous")).isEqualTo(losses("unbroken"));
  }

  @Test
  void trainingThatNeverWroteACheckpointReplacesNone() throws IOException {
    RunFolder folder = new RunFolder(temporary.resolve("run"));
    train(temporary.resolve("run"), 3);
    folder.clear();
    Files.createDirectories(temporary.resolve("run/checkpoints/writing-1"));

    folder.clear();

    assertThat(temporary.resolve("run")).doesNotExist();
    assertThat(losses("run.previous")).hasSize(3);
  }

  @Test
  void validationLossesStandInTheLossFile() throws IOException {
    TrainingOptions options = TinyTraining.options(5, 1, 0, new TrainingOptions.Validation(3, 2));
    try (TrainingRun run = TrainingRun.begin(options, TinyTraining.images(), 1)) {
      new RunFolder(temporary).train(run, 10, () -> false, new TinyTraining.Losses());

      SortedMap<Integer, Double> losses = LossLog.validationLosses(temporary.resolve("loss.csv"));
      assertThat(losses.keySet()).containsExactly(2, 4, 5);
      assertThat(losses.values()).contains(run.best().orElseThrow().loss());
    }
  }

  @Test
  void lossFallsOnDataThatCanBeLearned() throws IOException {
    TinyTraining.Losses losses = new TinyTraining.Losses();
    try (TrainingRun run = TrainingRun.begin(TinyTraining.options(60), TinyTraining.images(), 1)) {
      new RunFolder(temporary).train(run, 1000, () -> false, losses);
    }
    assertThat(losses.mean(50, 60)).isLessThan(0.7 * losses.mean(0, 5));
  }

  @Test
  void trainingFromGivenWeightsBeginsWithThem() throws IOException {
    Map<String, TensorData> trained = train(temporary.resolve("run"), STEPS);
    TrainingOptions options = TinyTraining.options(STEPS);
    Map<String, NetworkWeights> networks =
        Map.of(Networks.UNET, new NetworkWeights(options.networks().get(Networks.UNET), trained));

    try (TrainingRun further = TrainingRun.beginFrom(networks, options, TinyTraining.images(), 1);
        TrainingRun fresh = TrainingRun.begin(options, TinyTraining.images(), 1)) {
      assertThat(further.step()).isZero();
      further
          .averagedWeights()
          .get(Networks.UNET)
          .weights()
          .forEach(
              (name, tensor) ->
                  assertThat(tensor.values()).as(name).isEqualTo(trained.get(name).values()));
      assertThat(further.update().loss()).isNotEqualTo(fresh.update().loss());
    }
  }

  @Test
  void weightsOfAnotherNetworkAreRefused() {
    assertThatThrownBy(
            () ->
                TrainingRun.beginFrom(
                    Map.of(), TinyTraining.options(STEPS), TinyTraining.images(), 1))
        .isInstanceOf(NetworkException.class);
  }

  @Test
  void anotherDataSetIsRefusedOnContinuing() throws IOException {
    train(temporary.resolve("run"), 2);
    ImageDataset other =
        ImageDataset.of(1, 8, 8, List.of("a", "b"), new int[] {0}, List.of(new byte[64]));

    assertThatThrownBy(() -> new RunFolder(temporary.resolve("run")).resume(other, 1))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("data set: " + other.digest());
  }

  private Map<String, TensorData> train(Path folder, int until) throws IOException {
    return train(folder, TinyTraining.options(STEPS), until).get(Networks.UNET).weights();
  }

  private Map<String, NetworkWeights> train(Path folder, TrainingOptions options, int until)
      throws IOException {
    RunFolder runFolder = new RunFolder(folder);
    ImageDataset images = TinyTraining.images();
    try (TrainingRun run =
        runFolder.resume(images, 1).orElseGet(() -> TrainingRun.begin(options, images, 1))) {
      runFolder.train(run, 5, () -> run.step() >= until, new TinyTraining.Losses());
      return run.averagedWeights();
    }
  }

  private List<Double> losses(String folder) throws IOException {
    List<Double> losses = new ArrayList<>();
    for (double loss : LossLog.losses(temporary.resolve(folder).resolve("loss.csv"))) {
      losses.add(loss);
    }
    return losses;
  }
}
