package io.stepwise.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.stepwise.diffusion.NormalStream;
import org.junit.jupiter.api.Test;

/** What one draw tells of the image that its noise was made of, and which latents tell it. */
final class NoiseRetrievalTest {

  private static ImageNoise noise(double mean, double logDeviation) {
    return new ImageNoise(new float[] {(float) mean}, new double[] {logDeviation});
  }

  @Test
  void noiseThatIsTheSameForAllImagesFindsThemByChance() {
    NoiseRetrieval retrieval = new NoiseRetrieval();
    for (int i = 0; i < 8; i++) {
      retrieval.add(noise(.3, .2), new NormalStream(1, i, 0).draw(1));
    }

    assertThat(retrieval.share()).isCloseTo(1.0 / 8, within(1e-12));
  }

  @Test
  void noiseWithoutOverlapFindsEveryImage() {
    NoiseRetrieval retrieval = new NoiseRetrieval();
    for (int i = 0; i < 8; i++) {
      retrieval.add(noise(i, -5), new NormalStream(1, i, 0).draw(1));
    }

    assertThat(retrieval.share()).isEqualTo(1);
  }

  /** Of two means at a distance of 2 deviations a draw is nearer to its own with Phi(1). */
  @Test
  void twoNoisesAreToldApartAsOftenAsGaussiansAre() {
    double found = 0;
    int pairs = 4000;
    for (int i = 0; i < pairs; i++) {
      NoiseRetrieval retrieval = new NoiseRetrieval();
      retrieval.add(noise(-1, 0), new NormalStream(2, i, 0).draw(1));
      retrieval.add(noise(1, 0), new NormalStream(2, i, 1).draw(1));
      found += retrieval.share() / pairs;
    }

    assertThat(found).isCloseTo(0.8413, within(.01));
  }

  @Test
  void latentsAreActiveAboveAHundredthOfANatInTheMean() {
    LatentUse use = new LatentUse(4);
    double[] nats = {0, .019, .021, 3};
    use.add(latent -> nats[latent]);
    use.add(latent -> 0);

    assertThat(use.count()).isEqualTo(4);
    assertThat(use.active()).isEqualTo(2);
  }
}
