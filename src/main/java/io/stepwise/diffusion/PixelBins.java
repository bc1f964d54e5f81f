package io.stepwise.diffusion;

/**
 * Where the 256 levels of an 8-bit pixel lie in [-1, 1], and how far each one's bin reaches: level
 * u at u / 127.5 - 1, so that 0 and 255 are the ends (Ho et al. 2020).
 */
public final class PixelBins {

  /** Number of levels of a pixel. */
  public static final int LEVELS = 256;

  /** Half the width of a level's bin. */
  public static final double HALF_WIDTH = 1.0 / (LEVELS - 1);

  private PixelBins() {}

  /** Returns the value of a level, 0 to 255. */
  public static double centre(int level) {
    return 2.0 * level / (LEVELS - 1) - 1;
  }

  /** Returns the level whose bin a value in [-1, 1] is in, or the nearest. */
  public static int level(double value) {
    long level = Math.round((value + 1) * (LEVELS - 1) / 2);
    return (int) Math.max(0, Math.min(LEVELS - 1, level));
  }

  /** Returns the level of each pixel of an image. */
  public static int[] levels(float[] image) {
    int[] levels = new int[image.length];
    for (int j = 0; j < levels.length; j++) {
      levels[j] = level(image[j]);
    }
    return levels;
  }
}
