package io.stepwise.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import io.stepwise.network.ImageShape;
import io.stepwise.network.TorchRuntime;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A generator that always makes pixels of 0.5, and a discriminator that weighs their sum. */
final class AdversarialObjectivesTest {

  private static final ImageShape STATE = new ImageShape(1, 1, 3);
  private static final ImageShape IMAGE = new ImageShape(1, 2, 2);
  private static final int SIZE = 4096;
  private static final double WEIGHT = 0.6;

  @BeforeEach
  void prepareThread() {
    TorchRuntime.prepareThread(1);
  }

  /** Real images are -0.25 everywhere. */
  private static TrainingBatch batch(int step) {
    float[] images = new float[SIZE * IMAGE.size()];
    Arrays.fill(images, -0.25f);
    return new TrainingBatch(images, new int[SIZE], IMAGE, 3, step, 0, SIZE);
  }

  private static Networks networks(NDArray made, NDArray weight, NDManager manager) {
    Network generator = inputs -> made.mul(manager.ones(new Shape(SIZE, 1, 2, 2)));
    Network discriminator = inputs -> inputs[0].sum(new int[] {1, 2, 3}).mul(weight);
    return new Networks(
        Map.of(Networks.GENERATOR, generator, Networks.DISCRIMINATOR, discriminator));
  }

  private static double loss(Objective objective, int step) {
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      NDArray made = manager.full(new Shape(1), 0.5f);
      NDArray weight = manager.full(new Shape(1), (float) WEIGHT);
      return objective.loss(networks(made, weight, manager), batch(step), manager).getFloat();
    }
  }

  private static double softplus(double x) {
    return Math.log1p(Math.exp(x));
  }

  @Test
  void generatorWantsItsImagesTakenForReal() {
    assertThat(loss(new GeneratorObjective(STATE), 1))
        .isCloseTo(softplus(-4 * 0.5 * WEIGHT), within(1e-5));
  }

  @Test
  void discriminatorTellsRealImagesFromMadeOnes() {
    assertThat(loss(new DiscriminatorObjective(STATE), 1))
        .isCloseTo(softplus(4 * 0.5 * WEIGHT) + softplus(4 * 0.25 * WEIGHT), within(1e-5));
  }

  /** The gradient of the weighted sum is the weight at each of the four pixels. */
  @Test
  void penaltyOfEverySixteenthUpdateIsTheSquaredGradient() {
    Objective objective = new DiscriminatorObjective(STATE);

    double penalty = loss(objective, 32) - loss(objective, 31);

    double square = 4 * WEIGHT * WEIGHT;
    assertThat(penalty)
        .isCloseTo(
            DiscriminatorObjective.PENALTY_UPDATES * DiscriminatorObjective.GAMMA / 2 * square,
            within(0.1 * square));
  }

  @Test
  void gradientReachesTheSideThatIsTrained() {
    for (boolean isGenerator : new boolean[] {true, false}) {
      Objective objective =
          isGenerator ? new GeneratorObjective(STATE) : new DiscriminatorObjective(STATE);
      try (NDManager manager = NDManager.newBaseManager("PyTorch");
          GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
        NDArray made = manager.full(new Shape(1), 0.5f);
        NDArray weight = manager.full(new Shape(1), (float) WEIGHT);
        made.setRequiresGradient(isGenerator);
        weight.setRequiresGradient(!isGenerator);
        collector.backward(objective.loss(networks(made, weight, manager), batch(0), manager));
        NDArray trained = isGenerator ? made : weight;
        assertThat(trained.getGradient().getFloat()).isNotZero();
      }
    }
    assertThat(new GeneratorObjective(STATE).trained(Set.of())).containsExactly("generator");
    assertThat(new DiscriminatorObjective(STATE).trained(Set.of()))
        .containsExactly("discriminator");
  }

  @Test
  void noiseDiffersFromImageToImageAndFromUpdateToUpdate() {
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      Network identity = inputs -> inputs[0];
      Networks networks = new Networks(Map.of(Networks.GENERATOR, identity));
      NDArray first = GeneratedImages.make(networks, batch(0), STATE, 0, manager);
      NDArray next = GeneratedImages.make(networks, batch(1), STATE, 0, manager);

      assertThat(first.getShape()).isEqualTo(new Shape(SIZE, 1, 1, 3));
      assertThat(first.get(0).toFloatArray()).isNotEqualTo(first.get(1).toFloatArray());
      assertThat(first.toFloatArray()).isNotEqualTo(next.toFloatArray());
    }
  }
}
