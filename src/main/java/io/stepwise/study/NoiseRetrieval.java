package io.stepwise.study;

import java.util.ArrayList;
import java.util.List;

/**
 * Whether an image is told from others by one draw of the noise that an encoder made of it: what
 * the noise knows of the image. An encoder that is not used finds it by chance alone.
 */
final class NoiseRetrieval {

  private final List<ImageNoise> noises = new ArrayList<>();
  private final List<float[]> draws = new ArrayList<>();

  /**
   * Adds an image.
   *
   * @param noise of the image
   * @param drawn a standard normal draw for each of its values
   */
  void add(ImageNoise noise, float[] drawn) {
    float[] values = new float[drawn.length];
    for (int j = 0; j < values.length; j++) {
      values[j] = (float) noise.value(j, drawn[j]);
    }
    noises.add(noise);
    draws.add(values);
  }

  /**
   * Returns the share of draws that are likeliest under the noise of their own image, 0 to 1;
   * several noises under which one is as likely share it.
   */
  double share() {
    double found = 0;
    for (int i = 0; i < draws.size(); i++) {
      double own = noises.get(i).logDensity(draws.get(i));
      int asLikely = 0;
      boolean isBeaten = false;
      for (ImageNoise noise : noises) {
        double other = noise.logDensity(draws.get(i));
        isBeaten |= other > own;
        asLikely += other == own ? 1 : 0;
      }
      found += isBeaten ? 0 : 1.0 / asLikely;
    }
    return found / draws.size();
  }
}
