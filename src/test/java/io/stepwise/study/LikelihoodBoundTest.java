package io.stepwise.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.stepwise.data.ImageDataset;
import io.stepwise.diffusion.LikelihoodGrid;
import io.stepwise.diffusion.PixelBins;
import io.stepwise.diffusion.PixelLikelihood;
import io.stepwise.diffusion.SchedulerConfig;
import io.stepwise.network.ImageShape;
import io.stepwise.network.ModelDescription;
import io.stepwise.network.StepInput;
import io.stepwise.network.StepKernel;
import io.stepwise.network.StepOutput;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LikelihoodBoundTest {

  private static final int STEPS = 16;
  private static final ImageShape SHAPE = new ImageShape(1, 2, 2);
  private static final ImageDataset DATASET =
      ImageDataset.of(
          1,
          2,
          2,
          List.of(),
          new int[] {-1, -1},
          List.of(new byte[] {0, 10, (byte) 200, (byte) 255}, new byte[] {3, 100, 100, 40}));

  /** A model whose clean estimate is always the same, and whose variance is where it is told. */
  private record Constant(float estimate, double varianceShare) implements StepKernel {

    @Override
    public String digest() {
      return "constant";
    }

    @Override
    public List<StepOutput> run(List<StepInput> batch) {
      List<StepOutput> outputs = new ArrayList<>();
      for (StepInput input : batch) {
        float[] denoised = new float[SHAPE.size()];
        Arrays.fill(denoised, estimate);
        float[] x = input.noise().draw(SHAPE.size());
        for (int j = 0; j < x.length; j++) {
          x[j] *= (float) Math.exp(varianceShare);
        }
        outputs.add(new StepOutput(x, new float[0], denoised));
      }
      return outputs;
    }

    @Override
    public void close() {}
  }

  private static GridPass pass(String varianceType) {
    SchedulerConfig scheduler =
        SchedulerConfig.parse(
            Map.of("_class_name", "DDPMScheduler", "variance_type", varianceType));
    ModelDescription model =
        new ModelDescription("constant", "", SHAPE, List.of(), false, scheduler);
    LikelihoodGrid grid = LikelihoodGrid.ofLogSnr(scheduler.denoiser(), STEPS);
    return new GridPass(model, grid, 2, false, 1, 5);
  }

  private static double meanSquare(float estimate) {
    double sum = 0;
    for (int i = 0; i < DATASET.count(); i++) {
      for (float pixel : DATASET.image(i)) {
        sum += (pixel - estimate) * (pixel - estimate) / (DATASET.count() * SHAPE.size());
      }
    }
    return sum;
  }

  @Test
  void estimateThatKnowsNothingHasTheClosedFormAtEveryNumberOfSteps() {
    GridPass pass = pass("fixed_small");
    BoundReport report =
        LikelihoodBound.measure(new Constant(.25f, 0), pass, DATASET, DATASET, n -> {});
    // A constant error makes the sum telescope to the whole gain of signal-to-noise ratio.
    LikelihoodGrid grid = pass.grid();
    double gain = Math.exp(-grid.gamma(0)) - Math.exp(-grid.gamma(STEPS));
    double ends = report.prior().mean() + report.reconstruction().mean();
    for (BoundReport.Row row : report.rows()) {
      double expected = ends + PixelLikelihood.bits(gain * meanSquare(.25f) / 2);
      assertThat(row.fixedSmall().mean()).isCloseTo(expected, within(1e-6 * expected));
    }
    assertThat(report.rows()).extracting(BoundReport.Row::steps).containsExactly(1, 2, 4, 8, 16);
    double oneStep = ends + PixelLikelihood.bits(Math.log1p(gain * meanSquare(.25f)) / 2);
    assertThat(report.rows().get(0).fitted().mean()).isCloseTo(oneStep, within(1e-6));
    assertThat(report.violations().stream().mapToDouble(v -> v.rise()).sum())
        .isLessThan(1e-9 * gain);
  }

  @Test
  void reconstructionIsTheCostOfTheEstimateWithTheBestDeviation() {
    BoundReport report =
        LikelihoodBound.measure(
            new Constant(.25f, 0), pass("fixed_small"), DATASET, DATASET, n -> {});
    double least = Double.POSITIVE_INFINITY;
    for (double factor : new double[] {.5, .7, 1, 1.4, 2}) {
      double sum = 0;
      for (int i = 0; i < DATASET.count(); i++) {
        for (float pixel : DATASET.image(i)) {
          sum +=
              PixelLikelihood.discretizedGaussian(
                  PixelBins.level(pixel), .25, factor * Math.sqrt(meanSquare(.25f)));
        }
      }
      least = Math.min(least, PixelLikelihood.bits(sum / (DATASET.count() * SHAPE.size())));
    }
    assertThat(report.reconstruction().mean()).isCloseTo(least, within(1e-6));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1})
  void learnedVarianceAtAnEndOfItsRangeIsTheFixedOne(double share) {
    BoundReport report =
        LikelihoodBound.measure(
            new Constant(.25f, share), pass("learned_range"), DATASET, DATASET, n -> {});
    for (BoundReport.Row row : report.rows()) {
      double expected = share == 0 ? row.fixedSmall().mean() : row.fixedLarge().mean();
      assertThat(row.learned().mean()).isCloseTo(expected, within(1e-4 * expected));
    }
  }

  @Test
  void everyEvaluationIsCounted() {
    GridPass pass = pass("fixed_small");
    int[] counted = {0};
    LikelihoodBound.measure(new Constant(0, 0), pass, DATASET, DATASET, n -> counted[0] += n);
    assertThat(counted[0]).isEqualTo((int) (2 * pass.evaluations())).isEqualTo(2 * 2 * 17);
  }
}
