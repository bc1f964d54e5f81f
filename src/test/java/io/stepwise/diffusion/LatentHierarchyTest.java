package io.stepwise.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LatentHierarchyTest {

  private static double residual(double latent, double timestep) {
    return -.3 * latent + .1 * timestep;
  }

  private static double variance(double latent) {
    return .5 * latent;
  }

  @Test
  void samplingByPlanIsSamplingWrittenOutByHand() {
    SchedulerConfig scheduler = SchedulerConfig.parse(LatentHierarchy.scheduler(4));
    double[] noise = {.8, -.4, 1.3, .2};

    double x = noise[0];
    int draw = 1;
    for (StepRow row : scheduler.plan(4, null).rows()) {
      double out = residual(row.inputScale() * x, row.timestep());
      LogVarianceBounds bounds = row.logVarianceBounds();
      double logVariance = bounds.low() + (variance(x) + 1) / 2 * (bounds.high() - bounds.low());
      double denoised = row.p() * x + row.q() * out;
      double next = row.m().get(0, 0) * x + row.m().get(0, 1) * out + row.m().get(0, 2) * denoised;
      x = row.isNoisy() ? next + row.v() * Math.exp(logVariance / 2) * noise[draw++] : next;
    }

    // z_1 ~ N(0, 1); z_l ~ N(z + f(z, t), s(z)^2) at t = 3, 2, 1; the image is z_4 + f(z_4, 0)
    double latent = noise[0];
    for (int level = 1; level < 4; level++) {
      double deviation = Math.exp((-6 + (variance(latent) + 1) / 2 * 8) / 2);
      latent = latent + residual(latent, 4 - level) + deviation * noise[level];
    }
    assertThat(draw).isEqualTo(4);
    assertThat(x).isCloseTo(latent + residual(latent, 0), within(1e-12));
  }

  @Test
  void fewerStepsLeaveOutTheLatentsBeforeTheImage() {
    SchedulerConfig scheduler = SchedulerConfig.parse(LatentHierarchy.scheduler(5));

    assertThat(scheduler.plan(3, null).rows().stream().mapToDouble(StepRow::timestep))
        .containsExactly(4.0, 3.0, 0.0);
    assertThat(scheduler.plan(1, null).rows())
        .containsExactly(new LatentHierarchy(5, new LogVarianceBounds(-6, 2)).row(0));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 65})
  void numberOfLatentsIsLimited(int count) {
    assertThatThrownBy(() -> LatentHierarchy.scheduler(count))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("levels: " + count + " (expected: 1 to 64)");
  }

  @Test
  void boundsInTheWrongOrderAreRefused() {
    Map<String, Object> fields = LatentHierarchy.scheduler(3);
    fields.put("log_variance_high", -7.0);

    assertThatThrownBy(() -> SchedulerConfig.parse(fields))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("log_variance_high: -7.0 (expected: > log_variance_low, -6.0)");
  }

  @Test
  void modelOfAnotherKindHasNoLatents() {
    assertThatThrownBy(() -> SchedulerConfig.parse(Map.of(), "ddpm").latentHierarchy())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("(expected: a hierarchical autoencoder)");
  }
}
