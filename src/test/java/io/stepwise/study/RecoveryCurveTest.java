package io.stepwise.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.stepwise.diffusion.Denoiser;
import io.stepwise.diffusion.NegativeLogSnr;
import io.stepwise.diffusion.NormalStream;
import io.stepwise.diffusion.SchedulerConfig;
import io.stepwise.network.StepInput;
import io.stepwise.network.StepKernel;
import io.stepwise.network.StepOutput;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class RecoveryCurveTest {

  private static final int IMAGES = 40;
  private static final int PIXELS = 64;

  private static final Denoiser DENOISER =
      SchedulerConfig.parse(Map.of("_class_name", "DDPMScheduler")).denoiser();

  /** Independent standard normal pixels, whose differences have a mean square of 2. */
  private static final RecoveryCurve CURVE =
      new RecoveryCurve(
          IntStream.range(0, IMAGES).mapToObj(i -> new NormalStream(5, i, 0).draw(PIXELS)).toList(),
          new long[IMAGES],
          6,
          16);

  private record Fake(UnaryOperator<float[]> decoder) implements StepKernel {
    @Override
    public String digest() {
      return "fake";
    }

    @Override
    public List<StepOutput> run(List<StepInput> batch) {
      return batch.stream()
          .map(input -> new StepOutput(input.x(), new float[0], decoder.apply(input.x())))
          .toList();
    }

    @Override
    public void close() {}
  }

  @Test
  void meanOfAllImagesRecoversNothing() {
    List<RecoveryCurve.Point> points =
        CURVE.measure(new Fake(x -> new float[PIXELS]), DENOISER, 2, -5, 0, 5);

    assertThat(points)
        .allSatisfy(
            point -> {
              assertThat(point.error()).isCloseTo(1, within(0.1));
              assertThat(point.retrieval()).isLessThan(0.1);
            });
  }

  @Test
  void bestDecoderOfNormalPixelsHasTheErrorOfTheirPosterior() {
    for (double gamma : new double[] {-6, -2, 0, 2}) {
      double alphaBar = NegativeLogSnr.alphaBar(gamma);
      List<RecoveryCurve.Point> points =
          CURVE.measure(new Fake(x -> scaled(x, (float) Math.sqrt(alphaBar))), DENOISER, 2, gamma);

      // the posterior's variance of unit normal pixels is the noise's variance
      assertThat(points.get(0).error()).isCloseTo(1 - alphaBar, within(0.08 * (1 - alphaBar)));
    }
  }

  @Test
  void imageIsFoundWhereNoiseIsLow() {
    List<RecoveryCurve.Point> points = CURVE.measure(new Fake(x -> x), DENOISER, 2, -9, 9);

    assertThat(points.get(0).retrieval()).isEqualTo(1);
    assertThat(points.get(0).error()).isLessThan(1e-3);
    assertThat(points.get(1).retrieval()).isLessThan(0.2);
  }

  private static float[] scaled(float[] x, float factor) {
    float[] scaled = x.clone();
    for (int i = 0; i < x.length; i++) {
      scaled[i] *= factor;
    }
    return scaled;
  }
}
