package io.stepwise.diffusion;

import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;
import org.apache.commons.rng.simple.RandomSource;

/**
 * The standard normal noise of one step of one image, a function of (seed, image, step) alone.
 *
 * <p>The stream is Philox 4x64 (Salmon et al. 2011), keyed by seed and image and counted from the
 * step, so the noise of a step is the same in any batch, on any replica and after any crash. Step 0
 * is the draw that an image begins with; row i of a plan draws from step i + 1.
 *
 * @param seed the image's seed, any value
 * @param image index of the image in its request, 0 or more
 * @param step which draw of the image, 0 or more
 */
public record NormalStream(long seed, int image, int step) {

  /** Checks that the image and the step are not negative. */
  public NormalStream {
    if (image < 0) {
      throw new IllegalArgumentException("image: " + image + " (expected: >= 0)");
    }
    if (step < 0) {
      throw new IllegalArgumentException("step: " + step + " (expected: >= 0)");
    }
  }

  /** Returns this many independent standard normal draws, always the same ones. */
  public float[] draw(int count) {
    UniformRandomProvider random = random();
    ZigguratSampler.NormalizedGaussian normal = ZigguratSampler.NormalizedGaussian.of(random);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) normal.sample();
    }
    return values;
  }

  /** Returns a source of uniform random numbers at the beginning of this stream. */
  public UniformRandomProvider random() {
    // Philox takes the two words of its key and then the four of its counter, the lowest first; the
    // step is the highest, so that the streams of one image are 2^194 numbers apart.
    return RandomSource.PHILOX_4X64.create(new long[] {seed, image, 0, 0, 0, step});
  }
}
