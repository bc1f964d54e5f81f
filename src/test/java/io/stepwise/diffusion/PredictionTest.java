package io.stepwise.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class PredictionTest {

  private static final double ALPHA = 0.6;
  private static final double SIGMA = 0.8;

  @ParameterizedTest
  @EnumSource
  void perfectNetworkGivesBackTheCleanImageAndTheNoise(Prediction prediction) {
    double clean = 0.3;
    double noise = -1.7;
    double x = ALPHA * clean + SIGMA * noise;
    Prediction.OfData target = prediction.target(ALPHA, SIGMA);
    double out = target.clean() * clean + target.noise() * noise;

    Prediction.OfOutput denoised = prediction.denoised(ALPHA, SIGMA);
    Prediction.OfOutput epsilon = prediction.noise(ALPHA, SIGMA);

    assertThat(denoised.x() * x + denoised.out() * out).isCloseTo(clean, within(1e-14));
    assertThat(epsilon.x() * x + epsilon.out() * out).isCloseTo(noise, within(1e-14));
  }

  @ParameterizedTest
  @EnumSource
  void isReadFromItsOwnName(Prediction prediction) {
    assertThat(Prediction.of(prediction.fieldValue())).isEqualTo(prediction);
  }

  @Test
  void unknownNameIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Prediction.of("flow"))
        .withMessage(
            "prediction_type: flow (expected: one of epsilon, sample, v_prediction, flow_prediction)");
  }

  @Test
  void velocityAndSampleNeedNoSignal() {
    assertThat(Prediction.V.denoised(0, 1)).isEqualTo(new Prediction.OfOutput(0, -1));
    assertThat(Prediction.SAMPLE.denoised(0, 1)).isEqualTo(new Prediction.OfOutput(0, 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Prediction.EPSILON.denoised(0, 1))
        .withMessageContaining("prediction_type: epsilon (expected: sample or v_prediction");
  }
}
