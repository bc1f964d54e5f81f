package io.stepwise.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RenoisingSolverTest {

  private static final NoiseSchedule SCHEDULE = NoiseSchedule.linear(1000, 1e-4, 0.02);
  private static final double MEAN = 0.3;
  private static final double VARIANCE = 0.25;

  private static final DiscreteModel MODEL =
      new DiscreteModel(SCHEDULE, Prediction.SAMPLE, null, TimestepSpacing.LINSPACE, 0);

  @ParameterizedTest
  @CsvSource({"2, .0101", "4, .1534", "10, .2803", "50, .3281", "100, .3373", "1000, .3500"})
  void noisedMeansVaryTooLittle(int steps, double deviation) {
    assertThat(Math.sqrt(variance(steps, false))).isCloseTo(deviation, within(5e-5));
  }

  @ParameterizedTest
  @CsvSource({"2", "10", "1000"})
  void noisedDrawsOfThePosteriorVaryAsTheData(int steps) {
    assertThat(variance(steps, true)).isCloseTo(VARIANCE, within(1e-4));
  }

  @Test
  void everyStepForgetsAllButTheEstimate() {
    StepPlan plan = new RenoisingSolver().plan(MODEL.grid(3));

    String rows =
        plan.rows().stream()
            .map(row -> "%.0f %s %.6f".formatted(row.timestep(), row.m(), row.v()))
            .collect(Collectors.joining("\n"));
    String expected =
        IntStream.of(999, 500, 0)
            .mapToObj(
                t -> {
                  int next = t == 999 ? 500 : 0;
                  double alpha = t == 0 ? 1 : SCHEDULE.alpha(next);
                  double sigma = t == 0 ? 0 : SCHEDULE.sigma(next);
                  return "%d [[0.0, 0.0, %s]] %.6f".formatted(t, alpha, sigma);
                })
            .collect(Collectors.joining("\n"));
    assertThat(rows).isEqualTo(expected);
  }

  /** Returns the variance at the end of the loop with the ideal estimate of the mean. */
  private static double variance(int steps, boolean drawsFromPosterior) {
    GaussianData data = new GaussianData(MEAN, VARIANCE, SCHEDULE, Prediction.SAMPLE);
    StepPlan plan = new RenoisingSolver().plan(MODEL.grid(steps));
    double variance = data.stateVariance(999);
    for (StepRow row : plan.rows()) {
      int t = (int) row.timestep();
      double slope = SCHEDULE.alpha(t) * VARIANCE / data.stateVariance(t);
      double drawn = drawsFromPosterior ? data.denoisedVariance(t) : 0;
      double onDenoised = row.m().get(0, 2);
      variance = onDenoised * onDenoised * (slope * slope * variance + drawn) + row.v() * row.v();
    }
    return variance;
  }
}
