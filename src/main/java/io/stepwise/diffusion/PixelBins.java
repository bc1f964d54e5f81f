package io.stepwise.diffusion;

/**
 * Where the 256 levels of an 8-bit pixel lie in [-1, 1], and how far each one's bin reaches. The
 * bins of one convention must never meet the images of the other.
 */
public enum PixelBins {
  /** Level u at u / 127.5 - 1, so that 0 and 255 are the ends: Ho et al. 2020. */
  ENDS(255, 0),
  /** Level u at (2u + 1) / 256 - 1, the centre of one of 256 equal parts: Kingma et al. 2021. */
  CENTRES(256, 1);

  /** Number of levels of a pixel. */
  public static final int LEVELS = 256;

  private final double parts;
  private final double shift;

  PixelBins(double parts, double shift) {
    this.parts = parts;
    this.shift = shift;
  }

  /** Returns the value of a level, 0 to 255. */
  public double centre(int level) {
    return (2 * level + shift) / parts - 1;
  }

  /** Returns half the width of a level's bin. */
  public double halfWidth() {
    return 1 / parts;
  }

  /** Returns the level whose bin a value in [-1, 1] is in, or the nearest. */
  public int level(double value) {
    long level = Math.round(((value + 1) * parts - shift) / 2);
    return (int) Math.max(0, Math.min(LEVELS - 1, level));
  }
}
