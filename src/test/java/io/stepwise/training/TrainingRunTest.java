package io.stepwise.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.stepwise.family.Networks;
import io.stepwise.family.TrainingBatch;
import io.stepwise.network.TensorData;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TrainingRunTest {

  private static final int STEPS = 6;
  private static final TrainingOptions.Validation EVERY_SECOND =
      new TrainingOptions.Validation(3, 2);

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4})
  void gradientTakenInPartsGivesTheUpdateOfTheWholeBatch(int microBatches) {
    try (TrainingRun whole = begin(options(1, 0, TrainingOptions.Validation.NONE));
        TrainingRun parts = begin(options(microBatches, 0, TrainingOptions.Validation.NONE))) {
      for (int i = 0; i < 3; i++) {
        TrainingStep expected = whole.update();
        TrainingStep step = parts.update();
        assertThat(step.loss()).isCloseTo(expected.loss(), within(1e-5));
        assertThat(step.gradientNorm()).isCloseTo(expected.gradientNorm(), within(1e-4));
      }
      assertClose(weights(parts), weights(whole), 1e-4f);
    }
  }

  /** After ten updates each timestep has its ten losses, and they decide what is drawn. */
  @Test
  void timestepsThatFollowTheLossesAreThoseOfTheUnbrokenRunAfterACheckpoint() {
    try (TrainingRun run = begin(TinyTraining.ofBound(16, 1))) {
      for (int i = 0; i < 13; i++) {
        run.update();
      }
      try (TrainingRun resumed = TrainingRun.resume(run.checkpoint(), TinyTraining.images(), 1)) {
        for (int i = 13; i < 16; i++) {
          assertThat(resumed.update().loss()).isEqualTo(run.update().loss());
        }
        assertClose(weights(resumed), weights(run), 0);
      }
    }
  }

  @Test
  void learntEndsAreThoseOfTheUnbrokenRunAfterACheckpoint() {
    try (TrainingRun run = begin(TinyTraining.ofEnds(6))) {
      for (int i = 0; i < 4; i++) {
        run.update();
      }
      try (TrainingRun resumed = TrainingRun.resume(run.checkpoint(), TinyTraining.images(), 1)) {
        for (int i = 4; i < 6; i++) {
          assertThat(resumed.update().loss()).isEqualTo(run.update().loss());
        }
        Map<String, TensorData> ends = ends(run);
        assertThat(ends.values()).allSatisfy(end -> assertThat(end.values()[0]).isNotEqualTo(1));
        assertClose(ends(resumed), ends, 0);
      }
    }
  }

  @Test
  void autoencoderIsThatOfTheUnbrokenRunAfterACheckpointAndLearns() {
    try (TrainingRun run = begin(TinyTraining.ofAutoencoder(60))) {
      double first = run.update().loss();
      for (int i = 1; i < 57; i++) {
        run.update();
      }
      try (TrainingRun resumed = TrainingRun.resume(run.checkpoint(), TinyTraining.images(), 1)) {
        for (int i = 57; i < 60; i++) {
          assertThat(resumed.update().loss()).isEqualTo(run.update().loss());
        }
      }
      // without a weight on the divergence at first, and all of it at last
      assertThat(run.update().loss()).isLessThan(first - 1);
    }
  }

  @Test
  void adversariesAreThoseOfTheUnbrokenRunAfterACheckpoint() {
    try (TrainingRun run = begin(TinyTraining.ofAdversaries(20))) {
      for (int i = 0; i < 15; i++) {
        run.update();
      }
      try (TrainingRun resumed = TrainingRun.resume(run.checkpoint(), TinyTraining.images(), 1)) {
        for (int i = 15; i < 20; i++) { // one of them with the penalty
          assertThat(resumed.update().loss()).isEqualTo(run.update().loss());
        }
        for (String name : List.of("generator", "discriminator")) {
          assertClose(
              Objects.requireNonNull(resumed.averagedWeights().get(name)).weights(),
              Objects.requireNonNull(run.averagedWeights().get(name)).weights(),
              0);
        }
      }
    }
  }

  private static Map<String, TensorData> ends(TrainingRun run) {
    return Objects.requireNonNull(run.averagedWeights().get("ends")).weights();
  }

  @Test
  void lossesOfAllPartsCountAfterTheUpdate() {
    try (TrainingRun whole = begin(TinyTraining.ofBound(14, 1));
        TrainingRun parts = begin(TinyTraining.ofBound(14, 3))) {
      for (int i = 0; i < 14; i++) {
        double expected = whole.update().loss();
        assertThat(parts.update().loss()).isCloseTo(expected, within(1e-3 * expected));
      }
    }
  }

  @Test
  void validationComesEverySoManyUpdatesAndAfterTheLast() {
    try (TrainingRun run = begin(TinyTraining.options(5, 1, 0.1, EVERY_SECOND))) {
      List<Integer> measured = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        TrainingStep step = run.update();
        if (step.validationLoss() != null) {
          measured.add(step.step());
        }
      }
      assertThat(measured).containsExactly(2, 4, 5);
    }
  }

  @Test
  void validationOfUnchangedWeightsIsAlwaysTheSame() {
    TrainingOptions options =
        withLearningRate(
            TinyTraining.options(STEPS, 1, 0.5, new TrainingOptions.Validation(3, 1)), 1e-30);
    try (TrainingRun run = begin(options)) {
      double first = Objects.requireNonNull(run.update().validationLoss());
      TrainingStep second = run.update();

      assertThat(first).isPositive();
      assertThat(second.validationLoss()).isEqualTo(first);
      assertThat(second.isBest()).isFalse();
    }
  }

  @Test
  void validationLeavesTheTrainingAsItIsAndIsTheSameInParts() {
    try (TrainingRun rare = begin(options(1, 0, new TrainingOptions.Validation(3, STEPS)));
        TrainingRun often = begin(options(4, 0, new TrainingOptions.Validation(3, 1)));
        TrainingRun same = begin(options(1, 0, new TrainingOptions.Validation(3, 1)))) {
      for (int i = 0; i < 4; i++) {
        double validationLoss = Objects.requireNonNull(same.update().validationLoss());
        rare.update();
        assertThat(often.update().validationLoss()).isCloseTo(validationLoss, within(1e-4));
      }
      assertClose(weights(same), weights(rare), 0);
    }
  }

  @Test
  void imagesHeldOutAreNotTrainedOn() {
    TrainingOptions options = TinyTraining.options(5, 1, 0, new TrainingOptions.Validation(4, 1));
    TrainingImages images = new TrainingImages(TinyTraining.images(), options);

    Set<FloatBuffer> heldOut = pixels(images.heldOut());
    Set<FloatBuffer> learnt = new HashSet<>();
    for (int step = 0; step < 3; step++) { // two epochs of the six images that are left
      learnt.addAll(pixels(images.batch(step)));
    }

    assertThat(heldOut).hasSize(4);
    assertThat(learnt).hasSize(6).doesNotContainAnyElementsOf(heldOut);
  }

  @Test
  void bestValidationLossIsKeptOverACheckpoint() {
    TrainingOptions options = TinyTraining.options(STEPS, 1, 0.1, EVERY_SECOND);
    try (TrainingRun run = begin(options)) {
      for (int i = 0; i < 4; i++) {
        run.update();
      }
      ValidationLoss best = run.best().orElseThrow();

      try (TrainingRun resumed = TrainingRun.resume(run.checkpoint(), TinyTraining.images(), 1)) {
        assertThat(resumed.best()).contains(best);
        assertThat(resumed.update().loss()).isEqualTo(run.update().loss());
        assertThat(resumed.update().validationLoss()).isEqualTo(run.update().validationLoss());
      }
    }
  }

  @Test
  void validationLossFallsAsTheNetworkLearns() {
    try (TrainingRun run =
        begin(TinyTraining.options(60, 1, 0, new TrainingOptions.Validation(2, 10)))) {
      List<TrainingStep> steps = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        steps.add(run.update());
      }
      double first = Objects.requireNonNull(steps.get(9).validationLoss());
      double last = Objects.requireNonNull(steps.get(59).validationLoss());
      assertThat(last).isLessThan(0.8 * first);
      assertThat(run.best()).contains(new ValidationLoss(60, last));
    }
  }

  @Test
  void updatesAndValidationsKeepNoTensors() {
    try (TrainingRun run =
        begin(TinyTraining.options(STEPS, 2, 0.1, new TrainingOptions.Validation(3, 1)))) {
      run.update();
      int count = run.tensorCount();
      for (int i = 1; i < STEPS; i++) {
        run.update();
      }
      assertThat(run.tensorCount()).isEqualTo(count);
    }
  }

  @Test
  void lossThatIsNotFiniteEndsTheTrainingWithTheWeightsAsBefore() {
    try (TrainingRun run =
        begin(withLearningRate(options(1, 0, TrainingOptions.Validation.NONE), 1e30))) {
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < STEPS; i++) {
                  run.update();
                }
              })
          .isInstanceOf(TrainingException.class)
          .hasMessageContaining("expected: a finite number");
      weights(run)
          .forEach(
              (name, tensor) -> assertThat(tensor.values()).as(name).doesNotContain(Float.NaN));
    }
  }

  @Test
  void holdingOutEveryImageIsRefused() {
    assertThatThrownBy(() -> begin(options(1, 0, new TrainingOptions.Validation(10, 1))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("validation images: 10 (expected: fewer than the data set has, 10)");
  }

  private static TrainingOptions options(
      int microBatches, double dropout, TrainingOptions.Validation validation) {
    return TinyTraining.options(STEPS, microBatches, dropout, validation);
  }

  private static TrainingRun begin(TrainingOptions options) {
    return TrainingRun.begin(options, TinyTraining.images(), 1);
  }

  private static Map<String, TensorData> weights(TrainingRun run) {
    return run.averagedWeights().get(Networks.UNET).weights();
  }

  private static TrainingOptions withLearningRate(TrainingOptions options, double peak) {
    return new TrainingOptions(
        options.family(),
        options.networks(),
        options.scheduler(),
        null,
        options.seed(),
        options.steps(),
        options.batchSize(),
        options.microBatches(),
        LearningRate.of(peak, LearningRateSchedule.CONSTANT, 0),
        options.weightDecay(),
        options.maxGradientNorm(),
        options.averageDecay(),
        options.labelDropout(),
        options.validation());
  }

  private static Set<FloatBuffer> pixels(List<TrainingBatch> parts) {
    Set<FloatBuffer> images = new HashSet<>();
    for (TrainingBatch part : parts) {
      int size = part.shape().size();
      for (int i = 0; i < part.size(); i++) {
        images.add(FloatBuffer.wrap(part.images(), i * size, size));
      }
    }
    return images;
  }

  private static void assertClose(
      Map<String, TensorData> actual, Map<String, TensorData> expected, float tolerance) {
    assertThat(actual.keySet()).isEqualTo(expected.keySet());
    actual.forEach(
        (name, tensor) ->
            assertThat(tensor.values())
                .as(name)
                .containsExactly(expected.get(name).values(), within(tolerance)));
  }
}
