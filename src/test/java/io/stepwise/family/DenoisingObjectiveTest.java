package io.stepwise.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.stepwise.diffusion.NegativeLogSnr;
import io.stepwise.diffusion.NoiseSchedule;
import io.stepwise.diffusion.Prediction;
import io.stepwise.diffusion.SchedulerConfig;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class DenoisingObjectiveTest {

  private static final int PIXELS = 16;
  private static final int IMAGES = 16384;

  @ParameterizedTest
  @EnumSource(
      value = Family.class,
      names = {"DDPM", "FLOW", "VDM"})
  void networkThatKnowsTheImageHasNoLoss(Family family) {
    ObjectiveRun run = ObjectiveRun.of(FamilyOptions.of(family));
    Prediction prediction = run.scheduler().prediction();
    float clean = 0.3f;

    double loss =
        run.loss(
            constant(64, clean),
            (x, level) -> {
              Prediction.OfData target = prediction.target(level.alpha(), level.sigma());
              double noise = (x - level.alpha() * clean) / level.sigma();
              return target.clean() * clean + target.noise() * noise;
            });

    assertThat(loss).isCloseTo(0, within(1e-3));
  }

  @Test
  void networkThatPredictsNoNoiseHasTheMeanSquareOfIt() {
    Map<String, Object> fields = Family.DDPM.scheduler();
    fields.put("prediction_type", "epsilon");
    ObjectiveRun run =
        new ObjectiveRun(FamilyOptions.of(Family.DDPM), SchedulerConfig.parse(fields));

    assertThat(run.loss(constant(IMAGES, 0.5f), (x, level) -> 0)).isCloseTo(1, within(0.02));
  }

  /**
   * The best estimate of data N(0, V) gives the diffusion term {@code 1/2 integral of V / (V + e^g)
   * dg}, g the negative log-SNR, whatever the network predicts.
   */
  @ParameterizedTest
  @CsvSource({"epsilon, 0.25", "v_prediction, 0.25", "sample, 0.25", "v_prediction, 0.01"})
  void variationalLossOfGaussianDataIsItsClosedForm(String predictionType, double variance) {
    Map<String, Object> fields = Family.VDM.scheduler();
    fields.put("prediction_type", predictionType);
    ObjectiveRun run =
        new ObjectiveRun(FamilyOptions.of(Family.VDM), SchedulerConfig.parse(fields));
    Prediction prediction = run.scheduler().prediction();
    Random random = new Random(5);
    float[] images = new float[IMAGES * PIXELS];
    for (int i = 0; i < images.length; i++) {
      images[i] = (float) (Math.sqrt(variance) * random.nextGaussian());
    }

    double loss =
        run.loss(
            images,
            (x, level) -> {
              double signal = level.alpha() * level.alpha() * variance;
              double total = signal + level.sigma() * level.sigma();
              Prediction.OfData target = prediction.target(level.alpha(), level.sigma());
              return (target.clean() * level.alpha() * variance + target.noise() * level.sigma())
                  * x
                  / total;
            });

    NoiseSchedule schedule = run.scheduler().noiseSchedule();
    double first = NegativeLogSnr.ofAlphaBar(schedule.alphaBar(0));
    double last = NegativeLogSnr.ofAlphaBar(schedule.alphaBar(schedule.trainTimesteps() - 1));
    double nats =
        0.5 * (last - first - Math.log((variance + Math.exp(last)) / (variance + Math.exp(first))));
    assertThat(loss).isCloseTo(nats / Math.log(2), within(0.1));
  }

  @Test
  void pairingShortensThePathsFromImagesToNoise() {
    float[] images = constant(32, -1);
    Arrays.fill(images, images.length / 2, images.length, 1);

    double asDrawn = ObjectiveRun.of(FamilyOptions.of(Family.FLOW)).loss(images, (x, level) -> 0);
    double paired =
        ObjectiveRun.of(new FamilyOptions(Family.FLOW, true, false, 0, null))
            .loss(images, (x, level) -> 0);

    assertThat(paired).isLessThan(asDrawn - 0.2);
  }

  @Test
  void schedulerOfAnotherFamilyIsRefused() {
    SchedulerConfig flow = SchedulerConfig.parse(Family.FLOW.scheduler());
    SchedulerConfig ddpm = SchedulerConfig.parse(Family.DDPM.scheduler());

    assertThatThrownBy(() -> VariationalLevels.of(flow))
        .hasMessageContaining("expected: a model trained on betas");
    assertThatThrownBy(() -> FlowLevels.of(ddpm))
        .hasMessageContaining("expected: one for a flow-matching model");
  }

  private static float[] constant(int images, float value) {
    float[] pixels = new float[images * PIXELS];
    Arrays.fill(pixels, value);
    return pixels;
  }
}
