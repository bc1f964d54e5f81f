package io.stepwise.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DenoiserTest {

  private static final StepMatrix ESTIMATE = StepMatrix.of(new double[] {0, 0, 1});
  private static final double CLEAN = 0.4;
  private static final double NOISE = -1.3;

  private static SchedulerConfig config(String className, Map<String, Object> fields) {
    Map<String, Object> all = new HashMap<>(fields);
    all.put("_class_name", className);
    return SchedulerConfig.parse(all);
  }

  /** Returns the estimate of a pixel by a network that answers with this. */
  private static double estimate(StepRow row, double gamma, double output) {
    return row.p() * state(gamma) + row.q() * output;
  }

  private static double state(double gamma) {
    return Math.sqrt(NegativeLogSnr.alphaBar(gamma)) * CLEAN
        + Math.sqrt(NegativeLogSnr.sigmaSquared(gamma)) * NOISE;
  }

  @ParameterizedTest
  @ValueSource(strings = {"epsilon", "sample", "v_prediction"})
  void perfectNetworkOfBetasFindsTheCleanImageAtEveryLevel(String predictionType) {
    Denoiser denoiser =
        config("DDIMScheduler", Map.of("prediction_type", predictionType)).denoiser();
    for (double gamma = -9; gamma < 10; gamma += 0.7) {
      Prediction.OfData target =
          Prediction.of(predictionType)
              .target(
                  Math.sqrt(NegativeLogSnr.alphaBar(gamma)),
                  Math.sqrt(NegativeLogSnr.sigmaSquared(gamma)));
      double output = target.clean() * CLEAN + target.noise() * NOISE;
      StepRow row = denoiser.row(gamma, ESTIMATE, 0, null);
      assertThat(estimate(row, gamma, output)).isCloseTo(CLEAN, within(1e-9));
      assertThat(row.inputScale()).isCloseTo(1, within(1e-12));
    }
  }

  @Test
  void perfectVelocityFindsTheCleanImageAndSeesTheStraightPath() {
    Denoiser denoiser = config("FlowMatchEulerDiscreteScheduler", Map.of()).denoiser();
    for (double gamma = -13; gamma < 13; gamma += 1.1) {
      StepRow row = denoiser.row(gamma, ESTIMATE, 0, null);
      double sigma = row.timestep() / 1000;
      assertThat(row.inputScale() * state(gamma))
          .isCloseTo((1 - sigma) * CLEAN + sigma * NOISE, within(1e-6));
      assertThat(estimate(row, gamma, NOISE - CLEAN)).isCloseTo(CLEAN, within(1e-6));
    }
  }

  @Test
  void consistencyFunctionIsAskedAtItsOwnScale() {
    SchedulerConfig config = config("CMStochasticIterativeScheduler", Map.of());
    double sigma = 3;
    double gamma = 2 * Math.log(sigma);
    ConsistencyFunction.Evaluation expected = config.consistencyFunction().at(sigma);

    StepRow row = config.denoiser().row(gamma, ESTIMATE, 0, null);

    double own = CLEAN + sigma * NOISE;
    assertThat(row.timestep()).isCloseTo(expected.timestep(), within(1e-9));
    assertThat(row.inputScale() * state(gamma))
        .isCloseTo(expected.inputScale() * own, within(1e-9));
    assertThat(estimate(row, gamma, 0.7))
        .isCloseTo(expected.denoised().x() * own + expected.denoised().out() * 0.7, within(1e-9));
  }

  @Test
  void preconditionedNetworkIsAskedAsByItsSolver() {
    SchedulerConfig config = config("EDMEulerScheduler", Map.of());
    StepRow solver = config.plan(20, null).rows().get(7);
    double sigma = Math.exp(4 * solver.timestep());

    StepRow row = config.denoiser().row(2 * Math.log(sigma), ESTIMATE, 0, null);

    double scale = Math.sqrt(1 + sigma * sigma);
    assertThat(row.timestep()).isCloseTo(solver.timestep(), within(1e-6));
    assertThat(row.inputScale()).isCloseTo(solver.inputScale() * scale, within(1e-4));
    assertThat(row.p()).isCloseTo(solver.p() * scale, within(1e-4));
    assertThat(row.q()).isCloseTo(solver.q(), within(1e-4));
  }

  @Test
  void timestepsLieWhereTheScheduleHasTheLogSnr() {
    NoiseSchedule schedule = NoiseSchedule.linear(1000, 1e-4, 0.02);
    for (double timestep : new double[] {0, 0.25, 1, 499.5, 998, 998.9, 999}) {
      assertThat(schedule.timestep(schedule.gamma(timestep))).isCloseTo(timestep, within(1e-6));
    }
  }

  @Test
  void timestepWithoutSignalIsTheLast() {
    Denoiser denoiser =
        config(
                "DDIMScheduler",
                Map.of("rescale_betas_zero_snr", true, "prediction_type", "v_prediction"))
            .denoiser();

    StepRow row = denoiser.row(Double.POSITIVE_INFINITY, ESTIMATE, 0, null);

    assertThat(row.timestep()).isEqualTo(999);
    assertThat(row.p()).isZero();
    assertThat(row.q()).isEqualTo(-1);
    assertThat(denoiser.mostGamma()).isInfinite();
  }

  @Test
  void flowOfOneTimestepHasNoRange() {
    SchedulerConfig config =
        config("FlowMatchEulerDiscreteScheduler", Map.of("num_train_timesteps", 1));
    assertThatIllegalArgumentException()
        .isThrownBy(config::denoiser)
        .withMessageContaining("(expected: falling)");
  }
}
