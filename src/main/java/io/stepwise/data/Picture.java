package io.stepwise.data;

/**
 * A decoded image.
 *
 * @param channels C, 1 or 3
 * @param height H in pixels
 * @param width W in pixels
 * @param pixels [C, H, W] unsigned bytes; whoever holds the picture leaves them as they are
 */
record Picture(int channels, int height, int width, byte[] pixels) {

  /** Returns the square of the shorter side's length in the middle. */
  Picture centreSquare() {
    int side = Math.min(height, width);
    int top = (height - side) / 2;
    int left = (width - side) / 2;
    byte[] square = new byte[channels * side * side];
    for (int row = 0; row < channels * side; row++) {
      int sourceRow = row / side * height + top + row % side;
      System.arraycopy(pixels, sourceRow * width + left, square, row * side, side);
    }
    return new Picture(channels, side, side, square);
  }

  /**
   * Returns this picture at size x size pixels: bilinear where it grows, the same triangle widened
   * to cover every source pixel where it shrinks, which is what Pillow calls BILINEAR.
   */
  Picture scaled(int size) {
    if (height == size && width == size) {
      return this;
    }
    Resampling across = Resampling.triangle(width, size);
    Resampling down = Resampling.triangle(height, size);
    byte[] scaled = new byte[channels * size * size];
    for (int channel = 0; channel < channels; channel++) {
      float[] narrow = across.rows(plane(channel), height);
      float[] flipped = down.rows(transposed(narrow, height, size), size);
      float[] plane = transposed(flipped, size, size);
      for (int i = 0; i < plane.length; i++) {
        scaled[channel * plane.length + i] = (byte) Math.round(plane[i]);
      }
    }
    return new Picture(channels, size, size, scaled);
  }

  private float[] plane(int channel) {
    float[] plane = new float[height * width];
    for (int i = 0; i < plane.length; i++) {
      plane[i] = pixels[channel * plane.length + i] & 0xff;
    }
    return plane;
  }

  private static float[] transposed(float[] values, int rows, int columns) {
    float[] transposed = new float[values.length];
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        transposed[column * rows + row] = values[row * columns + column];
      }
    }
    return transposed;
  }
}
