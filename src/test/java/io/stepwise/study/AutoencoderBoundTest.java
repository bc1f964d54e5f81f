package io.stepwise.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.stepwise.data.EpochOrder;
import io.stepwise.data.ImageDataset;
import io.stepwise.diffusion.NormalStream;
import io.stepwise.diffusion.PixelBins;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Images of two pixels, encoded as one number: x = (0.4 z, -0.2 z) and noise. */
final class AutoencoderBoundTest {

  private static final double[] SLOPES = {0.4, -0.2};
  private static final double LOG_VARIANCE = -1.5;
  private static final ImageDataset IMAGES =
      ImageDataset.of(
          1,
          1,
          2,
          List.of(),
          new int[] {-1, -1, -1},
          List.of(
              new byte[] {(byte) 190, 100}, new byte[] {90, (byte) 150}, new byte[] {120, 111}));

  private static double encoded(double first, double second) {
    return 1.2 * first - 0.9 * second + 0.1;
  }

  private static float[] autoencoder(float[] images, float[] noise) {
    float[] values = new float[4 * noise.length];
    for (int i = 0; i < noise.length; i++) {
      double mean = encoded(images[2 * i], images[2 * i + 1]);
      double drawn = mean + Math.exp(LOG_VARIANCE / 2) * noise[i];
      values[4 * i] = (float) mean;
      values[4 * i + 1] = (float) LOG_VARIANCE;
      values[4 * i + 2] = (float) (SLOPES[0] * drawn);
      values[4 * i + 3] = (float) (SLOPES[1] * drawn);
    }
    return values;
  }

  private static AutoencoderReport measure(int samples, int batchSize) {
    return new AutoencoderBound(1, 3, samples, 6, batchSize)
        .measure(AutoencoderBoundTest::autoencoder, IMAGES, IMAGES, count -> {});
  }

  private static double deviation() {
    int[] order = new EpochOrder(6, 3).order(0);
    List<int[]> pixels = new ArrayList<>();
    List<float[]> decoded = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      float[] image = IMAGES.image(order[i]);
      float[] values = autoencoder(image, new NormalStream(6, i, 1 << 20).draw(1));
      pixels.add(new int[] {PixelBins.level(image[0]), PixelBins.level(image[1])});
      decoded.add(new float[] {values[2], values[3]});
    }
    return PixelDecoder.deviation(pixels, decoded);
  }

  /** Returns -ln p(x | z), by the decoder's distribution over levels. */
  private static double nats(float[] image, double z) {
    int[] levels = {PixelBins.level(image[0]), PixelBins.level(image[1])};
    float[] mean = {(float) (SLOPES[0] * z), (float) (SLOPES[1] * z)};
    return 2 * PixelDecoder.cost(levels, mean, deviation());
  }

  private static double density(double x, double mean, double variance) {
    return Math.exp(-(x - mean) * (x - mean) / (2 * variance)) / Math.sqrt(2 * Math.PI * variance);
  }

  /** The divergence and the mean cost, both by integration over the latent. */
  @Test
  void boundIsTheTextbooksIntegral() {
    AutoencoderReport report = measure(4000, 500);

    double divergence = 0;
    double reconstruction = 0;
    double variance = Math.exp(LOG_VARIANCE);
    for (int i = 0; i < 3; i++) {
      float[] image = IMAGES.image(i);
      double mean = encoded(image[0], image[1]);
      for (double z = -8; z <= 8; z += 1e-2) {
        double q = density(z, mean, variance);
        divergence += 1e-2 * q * Math.log(q / density(z, 0, 1)) / 3;
        reconstruction += 1e-2 * q * nats(image, z) / 3;
      }
    }
    double bits = 1 / (2 * Math.log(2));
    assertThat(report.divergence().mean()).isCloseTo(bits * divergence, within(1e-6));
    assertThat(report.reconstruction().mean()).isCloseTo(bits * reconstruction, within(0.02));
    assertThat(report.total().mean())
        .isCloseTo(report.divergence().mean() + report.reconstruction().mean(), within(1e-9));
    assertThat(report.activeLatents()).isEqualTo(1);
  }

  @Test
  void manyImportanceSamplesGiveTheLikelihood() {
    AutoencoderReport report = measure(4000, 500);

    double expected = 0;
    for (int i = 0; i < 3; i++) {
      float[] image = IMAGES.image(i);
      double likelihood = 0;
      for (double z = -8; z <= 8; z += 1e-2) {
        likelihood += 1e-2 * density(z, 0, 1) * Math.exp(-nats(image, z));
      }
      expected -= Math.log(likelihood) / (3 * 2 * Math.log(2));
    }
    assertThat(report.weighted().mean()).isCloseTo(expected, within(0.01));
    assertThat(report.weighted().mean()).isLessThan(report.total().mean() - 0.05);
  }

  @Test
  void weightedBoundOfASingleSampleIsTheBound() {
    AutoencoderReport report = measure(1, 1);

    assertThat(report.weighted().mean()).isCloseTo(report.total().mean(), within(1e-12));
    assertThat(report.weighted().error()).isCloseTo(report.total().error(), within(1e-12));
  }

  @Test
  void sizeOfACallChangesNothing() {
    assertThat(measure(7, 3)).isEqualTo(measure(7, 100));
  }

  @Test
  void noSamplesAreRefused() {
    assertThatThrownBy(() -> new AutoencoderBound(1, 3, 0, 6, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("importance samples: 0 (expected: >= 1)");
  }
}
