package io.stepwise.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.stepwise.diffusion.LogVarianceBounds;
import io.stepwise.diffusion.NormalStream;
import io.stepwise.diffusion.StepMatrix;
import io.stepwise.diffusion.StepRow;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Compares the kernel with the definition of a row, evaluated in doubles an image at a time. */
final class TorchStepKernelTest {

  private static final ImageShape SHAPE = new ImageShape(1, 4, 4);
  private static final int PIXELS = SHAPE.size();
  private static final long NONE = 3;
  private static final StepRow PLAIN =
      new StepRow(700, 1, 1.3, -0.8, null, StepMatrix.of(new double[] {0.6, 0, 0.3}), 0, null);
  private static final StepRow NOISY =
      new StepRow(300, 1, 1.1, -0.4, 0.5, StepMatrix.of(new double[] {0.2, 0.1, 0.7}), 0.6, null);
  private static final StepRow REMEMBERING =
      new StepRow(
          12.5,
          0.4,
          0.9,
          -0.2,
          1.0,
          StepMatrix.of(
              new double[] {0.5, 0.1, 0.2, -0.3, 0.25},
              new double[] {0, 0, 1, 0, 0},
              new double[] {0, 0, 0, 1, 0}),
          0.1,
          null);
  private static final StepRow ONE_MEMORY =
      new StepRow(
          5,
          1,
          0,
          1,
          null,
          StepMatrix.of(new double[] {0, 0, 1.5, -0.5}, new double[] {0, 0, 1, 0}),
          0,
          null);

  private final UNetConfig plain = config(1);
  private TorchModule reference;
  private TorchStepKernel kernel;

  @BeforeEach
  void openKernel() {
    TorchRuntime.prepareThread(1);
    reference = network(plain);
    kernel = new TorchStepKernel(network(plain), "digest", SHAPE, false, NONE);
  }

  @AfterEach
  void closeKernel() {
    kernel.close();
    reference.close();
  }

  @Test
  void everyRowOfAMixedBatchIsTheRowsDefinition() {
    List<StepInput> batch = mixedBatch();

    List<StepOutput> outputs = kernel.run(batch);

    for (int i = 0; i < batch.size(); i++) {
      double[][] expected = expected(batch.get(i), reference, false);
      assertClose(outputs.get(i).x(), expected[0], "x of " + i);
      assertThat(outputs.get(i).history()).hasSize((expected.length - 1) * PIXELS);
      for (int k = 1; k < expected.length; k++) {
        float[] remembered = new float[PIXELS];
        System.arraycopy(outputs.get(i).history(), (k - 1) * PIXELS, remembered, 0, PIXELS);
        assertClose(remembered, expected[k], "memory " + k + " of " + i);
      }
    }
  }

  @Test
  void estimateOfTheCleanImageIsGivenToThoseWhoWantItAndChangesNoPixel() {
    List<StepInput> batch = mixedBatch();
    List<StepOutput> without = kernel.run(batch);

    List<StepOutput> outputs = kernel.run(someWanting(batch));

    for (int i = 0; i < batch.size(); i++) {
      assertThat(outputs.get(i).x()).containsExactly(without.get(i).x());
      assertThat(outputs.get(i).history()).containsExactly(without.get(i).history());
      assertThat(without.get(i).denoised()).isNull();
      if (i % 2 == 0) {
        assertThat(outputs.get(i).denoised()).isNull();
      } else {
        float[] denoised = outputs.get(i).denoised();
        assertThat(denoised).hasSize(PIXELS);
        assertClose(denoised, denoised(batch.get(i), reference), "estimate of " + i);
      }
    }
  }

  @Test
  void imageDoesNotDependOnItsBatchMates() {
    List<StepInput> batch = mixedBatch();
    List<StepOutput> together = kernel.run(batch);
    for (int i = 0; i < batch.size(); i++) {
      float[] alone = kernel.run(List.of(batch.get(i))).get(0).x();
      for (int p = 0; p < PIXELS; p++) {
        assertThat(together.get(i).x()[p]).isCloseTo(alone[p], within(1e-5f));
      }
    }
  }

  @Test
  void inputsAreNotChanged() {
    List<StepInput> batch = mixedBatch();
    List<float[]> states = batch.stream().map(input -> input.x().clone()).toList();
    List<float[]> histories = batch.stream().map(input -> input.history().clone()).toList();

    kernel.run(batch);

    for (int i = 0; i < batch.size(); i++) {
      assertThat(batch.get(i).x()).isEqualTo(states.get(i));
      assertThat(batch.get(i).history()).isEqualTo(histories.get(i));
    }
  }

  @Test
  void learnedVarianceInterpolatesBetweenTheRowsBounds() {
    UNetConfig config = config(2);
    StepRow learned =
        new StepRow(
            400,
            1,
            1.1,
            -0.4,
            1.0,
            StepMatrix.of(new double[] {0.3, 0, 0.7}),
            1,
            new LogVarianceBounds(-5, -2));
    List<StepInput> batch =
        List.of(input(learned, 0, 1, 1), input(NOISY, 1, 2, 1), input(learned, 2, 0, 2.5));
    try (TorchModule network = network(config);
        TorchStepKernel learning =
            new TorchStepKernel(network(config), "digest", SHAPE, true, NONE)) {
      List<StepOutput> outputs = learning.run(batch);
      for (int i = 0; i < batch.size(); i++) {
        assertClose(
            outputs.get(i).x(), expected(batch.get(i), network, true)[0], "learned variance " + i);
      }
      StepOutput wanting = learning.run(someWanting(batch)).get(1);
      assertThat(wanting.x()).containsExactly(outputs.get(1).x());
      assertClose(wanting.denoised(), denoised(batch.get(1), network), "estimate");
    }
  }

  @Test
  void nativeArraysStayTheSameOverThreeHundredSteps() {
    List<StepInput> batch = mixedBatch();
    kernel.run(batch);
    kernel.run(someWanting(batch));
    int own = kernel.nativeArrayCount();
    int system = systemManager().getManagedArrays().size();

    for (int step = 0; step < 300; step++) {
      kernel.run(step % 2 == 0 ? someWanting(batch) : batch.subList(0, 3));
    }

    assertThat(kernel.nativeArrayCount()).isEqualTo(own);
    assertThat(systemManager().getManagedArrays()).hasSize(system);
  }

  @Test
  void failureOfTheNativeLibraryIsAnExceptionAndTheKernelGoesOn() {
    StepInput bad = input(PLAIN, 0, 1_000_000, 1);

    assertThatThrownBy(() -> kernel.run(List.of(bad)))
        .isInstanceOf(NetworkException.class)
        .hasMessageContaining("a step of 1 images");
    assertThat(kernel.run(mixedBatch())).hasSize(mixedBatch().size());
  }

  /** Where arrays end up that nobody owns. */
  private NDManager systemManager() {
    return reference.manager().getParentManager();
  }

  private static List<StepInput> mixedBatch() {
    return List.of(
        input(PLAIN, 0, 0, 1),
        input(NOISY, 1, 1, 3),
        input(REMEMBERING, 2, 2, 1),
        input(NOISY, 3, NONE, 1),
        input(ONE_MEMORY, 4, 1, 1.5),
        input(REMEMBERING, 5, 0, 7.5));
  }

  private static StepInput input(StepRow row, int image, long label, double guidance) {
    return new StepInput(
        row,
        new NormalStream(5, image, 0).draw(PIXELS),
        new NormalStream(6, image, 0).draw(row.m().history() * PIXELS),
        new NormalStream(5, image, 1),
        label,
        guidance);
  }

  /** Returns the batch with every second image wanting the estimate. */
  private static List<StepInput> someWanting(List<StepInput> batch) {
    List<StepInput> wanting = new ArrayList<>();
    for (int i = 0; i < batch.size(); i++) {
      StepInput in = batch.get(i);
      wanting.add(
          new StepInput(
              in.row(), in.x(), in.history(), in.noise(), in.label(), in.guidance(), i % 2 == 1));
    }
    return wanting;
  }

  private static double[] denoised(StepInput input, TorchModule network) {
    StepRow row = input.row();
    float[] conditional = evaluate(network, input, input.label());
    float[] unconditional = evaluate(network, input, NONE);
    double[] denoised = new double[PIXELS];
    for (int p = 0; p < PIXELS; p++) {
      double out =
          unconditional[p] + input.guidance() * ((double) conditional[p] - unconditional[p]);
      double estimate = row.p() * input.x()[p] + row.q() * out;
      double clip = row.clip() == null ? Double.POSITIVE_INFINITY : row.clip();
      denoised[p] = Math.max(-clip, Math.min(clip, estimate));
    }
    return denoised;
  }

  private static double[][] expected(StepInput input, TorchModule network, boolean isLearned) {
    StepRow row = input.row();
    float[] conditional = evaluate(network, input, input.label());
    float[] unconditional = evaluate(network, input, NONE);
    float[] noise = input.noise().draw(PIXELS);
    double[] denoised = denoised(input, network);
    double[][] next = new double[row.m().rows()][PIXELS];
    for (int p = 0; p < PIXELS; p++) {
      double out =
          unconditional[p] + input.guidance() * ((double) conditional[p] - unconditional[p]);
      List<Double> columns = new ArrayList<>(List.of((double) input.x()[p], out, denoised[p]));
      for (int k = 0; k < row.m().history(); k++) {
        columns.add((double) input.history()[k * PIXELS + p]);
      }
      for (int r = 0; r < next.length; r++) {
        for (int c = 0; c < columns.size(); c++) {
          next[r][p] += row.m().get(r, c) * columns.get(c);
        }
      }
      double deviation = row.v();
      LogVarianceBounds bounds = row.logVarianceBounds();
      if (isLearned && bounds != null) {
        double share = (conditional[PIXELS + p] + 1) / 2.0;
        deviation *= Math.exp((share * bounds.high() + (1 - share) * bounds.low()) / 2);
      }
      next[0][p] += deviation * noise[p];
    }
    return next;
  }

  private static float[] evaluate(TorchModule network, StepInput input, long label) {
    float[] scaled = input.x().clone();
    for (int p = 0; p < scaled.length; p++) {
      scaled[p] *= (float) input.row().inputScale();
    }
    try (NDManager manager = network.manager().newSubManager()) {
      return network
          .run(
              manager.create(scaled, new Shape(1, 1, 4, 4)),
              manager.create(new float[] {(float) input.row().timestep()}),
              manager.create(new long[] {label}))
          .toFloatArray();
    }
  }

  private static void assertClose(float[] actual, double[] expected, String what) {
    for (int p = 0; p < expected.length; p++) {
      assertThat((double) actual[p]).as(what).isCloseTo(expected[p], within(2e-5));
    }
  }

  private static TorchModule network(UNetConfig config) {
    ModuleDefinition definition = UNet.define(config);
    Map<String, TensorData> values = new LinkedHashMap<>();
    NetworkInitializer.initialize(definition, 11)
        .forEach((name, tensor) -> values.put(name, withoutZeros(name, tensor)));
    return TorchModule.load(definition, values, Device.cpu());
  }

  /** Layers that begin at zero would hide the network's output. */
  private static TensorData withoutZeros(String name, TensorData tensor) {
    if (!name.contains("conv2") && !name.contains("conv_out")) {
      return tensor;
    }
    float[] values = new NormalStream(name.hashCode(), 0, 0).draw(tensor.values().length);
    for (int i = 0; i < values.length; i++) {
      values[i] *= 0.2f;
    }
    return new TensorData(tensor.shape(), values);
  }

  private static UNetConfig config(int outChannels) {
    return UNetConfig.parse(
        Map.of(
            "sample_size", 4,
            "in_channels", 1,
            "out_channels", outChannels,
            "down_block_types", List.of("DownBlock2D", "AttnDownBlock2D"),
            "up_block_types", List.of("AttnUpBlock2D", "UpBlock2D"),
            "block_out_channels", List.of(8, 8),
            "layers_per_block", 1,
            "norm_num_groups", 4,
            "num_class_embeds", 4));
  }
}
