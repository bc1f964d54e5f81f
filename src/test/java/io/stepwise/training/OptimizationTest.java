package io.stepwise.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.stepwise.diffusion.NormalStream;
import io.stepwise.family.Network;
import io.stepwise.family.Networks;
import io.stepwise.family.Objective;
import io.stepwise.family.TrainingBatch;
import io.stepwise.network.TensorData;
import io.stepwise.network.TorchRuntime;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.commons.rng.UniformRandomProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two networks, of which one is to make something of the other's output. */
final class OptimizationTest {

  private static final Set<String> FIRST = Set.of("first");
  private static final Set<String> SECOND = Set.of("second");

  private final TrainingOptions options =
      TinyTraining.options(4, 1, 0, TrainingOptions.Validation.NONE);
  private TrainedNetworks networks;

  /** The mean square of what both networks make of the images, less what is wanted. */
  private record Chain(Set<String> trained, float wanted) implements Objective {

    @Override
    public Set<String> trained(Set<String> all) {
      return trained;
    }

    @Override
    public NDArray loss(Networks networks, TrainingBatch batch, NDManager manager) {
      NDArray timesteps = manager.zeros(new Shape(batch.size()));
      NDArray classes = manager.create(new long[batch.size()]);
      NDArray images = manager.create(batch.images(), new Shape(batch.size(), 1, 8, 8));
      Network first = networks.byName().get("first");
      Network second = networks.byName().get("second");
      NDArray middle = first.run(images, timesteps, classes).add(images);
      NDArray error =
          second
              .run(middle, timesteps, classes)
              .add(middle)
              .sub(manager.full(images.getShape(), wanted));
      return error.mul(error).mean();
    }
  }

  @BeforeEach
  void loadNetworks() {
    TorchRuntime.prepareThread(1);
    Map<String, Map<String, @Nullable Object>> configs = new LinkedHashMap<>();
    configs.put("first", options.networks().get(Networks.UNET));
    configs.put("second", options.networks().get(Networks.UNET));
    networks = new TrainedNetworks(configs, TrainedNetworks.initialize(configs, 3));
  }

  @AfterEach
  void closeNetworks() {
    networks.close();
  }

  private Optimization.Progress update(Optimization optimization, int step) {
    UniformRandomProvider dropout = new NormalStream(1, 0, step).random();
    List<TrainingBatch> parts = new TrainingImages(TinyTraining.images(), options).batch(step - 1);
    return optimization.update(step, 1e-3, parts, dropout);
  }

  private Map<String, TensorData> weights() {
    return networks.copy(networks.parameters());
  }

  private static List<String> changed(
      Map<String, TensorData> before, Map<String, TensorData> after) {
    return before.keySet().stream()
        .filter(name -> !Arrays.equals(before.get(name).values(), after.get(name).values()))
        .map(name -> name.substring(0, name.indexOf('/')))
        .distinct()
        .toList();
  }

  @Test
  void objectiveChangesItsOwnNetworksAlone() {
    Optimization second = new Optimization(networks, List.of(new Chain(SECOND, 1)), options);
    Map<String, TensorData> before = weights();

    update(second, 1);

    assertThat(changed(before, weights())).containsExactly("second");
  }

  @Test
  void oneObjectiveChangesAllNetworksUnlessItSaysOtherwise() {
    Objective both = new Chain(Set.of("first", "second"), 1);
    Optimization optimization = new Optimization(networks, List.of(both), options);
    Map<String, TensorData> before = weights();

    update(optimization, 1);
    update(optimization, 2);

    assertThat(changed(before, weights())).containsExactly("first", "second");
    assertThat(optimization.firstMoments().keySet()).isEqualTo(networks.parameters().keySet());
  }

  @Test
  void objectivesAreTakenOneAfterTheOtherWithGradientsOfTheirOwn() {
    Optimization both =
        new Optimization(networks, List.of(new Chain(SECOND, 1), new Chain(FIRST, 0.5f)), options);
    Map<String, TensorData> initial = weights();
    update(both, 1);
    update(both, 2);
    Map<String, TensorData> together = weights();

    networks.restore(networks.parameters(), initial);
    Optimization second = new Optimization(networks, List.of(new Chain(SECOND, 1)), options);
    Optimization first = new Optimization(networks, List.of(new Chain(FIRST, 0.5f)), options);
    for (int step = 1; step <= 2; step++) {
      networks.zeroGradients();
      update(second, step);
      networks.zeroGradients();
      update(first, step);
    }

    weights()
        .forEach(
            (name, tensor) ->
                assertThat(tensor.values())
                    .as(name)
                    .containsExactly(together.get(name).values(), within(1e-6f)));
  }

  @Test
  void twoObjectivesOfOneNetworkAreRefused() {
    assertThatThrownBy(
            () ->
                new Optimization(
                    networks, List.of(new Chain(FIRST, 1), new Chain(FIRST, 0)), options))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("objective: trains [first] (expected: some of [second])");
  }
}
