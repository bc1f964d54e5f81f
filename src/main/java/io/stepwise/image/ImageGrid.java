package io.stepwise.image;

import java.util.Arrays;
import java.util.List;

/**
 * How images of one shape are laid out as one picture: row by row on white, each pixel drawn as a
 * square.
 *
 * @param columns images in a row, 1 or more
 * @param gap pixels between images and around them, 0 or more; not scaled
 * @param scale side of the square that a pixel becomes, 1 or more
 * @param rowLabels text to the left of each row; fewer than rows, or none, is fine; left out on a
 *     machine without fonts
 */
public record ImageGrid(int columns, int gap, int scale, List<String> rowLabels) {

  private static final float BACKGROUND = 1;
  private static final long MAX_PIXELS = 1L << 26;

  /** Checks the layout and copies the labels. */
  public ImageGrid {
    require(columns >= 1, "columns", columns, ">= 1");
    require(gap >= 0, "gap", gap, ">= 0");
    require(scale >= 1, "scale", scale, ">= 1");
    rowLabels = List.copyOf(rowLabels);
  }

  /** Rows of this many images, two pixels apart, unscaled and without labels. */
  public static ImageGrid ofColumns(int columns) {
    return new ImageGrid(columns, 2, 1, List.of());
  }

  /** The same layout with another gap. */
  public ImageGrid withGap(int otherGap) {
    return new ImageGrid(columns, otherGap, scale, rowLabels);
  }

  /** The same layout with another scale. */
  public ImageGrid withScale(int otherScale) {
    return new ImageGrid(columns, gap, otherScale, rowLabels);
  }

  /** The same layout with other labels. */
  public ImageGrid withRowLabels(List<String> labels) {
    return new ImageGrid(columns, gap, scale, labels);
  }

  /**
   * Draws images; places that are left over in the last row stay white.
   *
   * @param images at least one, all of one shape
   * @return a picture with the channels of the images
   */
  public FloatImage draw(List<FloatImage> images) {
    requireOneShape(images);
    FloatImage first = images.get(0);
    int rows = (images.size() + columns - 1) / columns;
    int usedColumns = Math.min(columns, images.size());
    long cellHeight = (long) first.height() * scale + gap;
    long cellWidth = (long) first.width() * scale + gap;
    long height = rows * cellHeight + gap;
    long width = usedColumns * cellWidth + gap;
    requirePixels(height, width);
    RowLabels labels = RowLabels.of(rowLabels, (int) cellHeight);
    width += labels.width();
    requirePixels(height, width);
    float[] pixels = new float[(int) (first.channels() * height * width)];
    Arrays.fill(pixels, BACKGROUND);
    FloatImage canvas = new FloatImage(first.channels(), (int) height, (int) width, pixels);
    for (int i = 0; i < images.size(); i++) {
      int top = gap + i / columns * (int) cellHeight;
      int left = labels.width() + gap + i % columns * (int) cellWidth;
      paste(images.get(i), scale, canvas, top, left);
    }
    for (int row = 0; row < Math.min(rows, labels.images().size()); row++) {
      paste(labels.images().get(row), 1, canvas, gap + row * (int) cellHeight, 0);
    }
    return canvas;
  }

  /** Grey is drawn into every channel; what would reach beyond the canvas is cut off. */
  private static void paste(FloatImage image, int scale, FloatImage canvas, int top, int left) {
    int bottom = Math.min(canvas.height(), top + image.height() * scale);
    for (int channel = 0; channel < canvas.channels(); channel++) {
      int source = Math.min(channel, image.channels() - 1) * image.height();
      for (int y = top; y < bottom; y++) {
        int from = (source + (y - top) / scale) * image.width();
        int to = (channel * canvas.height() + y) * canvas.width() + left;
        for (int x = 0; x < image.width() * scale; x++) {
          canvas.pixels()[to + x] = image.pixels()[from + x / scale];
        }
      }
    }
  }

  private static void requireOneShape(List<FloatImage> images) {
    if (images.isEmpty()) {
      throw new IllegalArgumentException("images: 0 (expected: >= 1)");
    }
    for (FloatImage image : images) {
      if (!image.hasShapeOf(images.get(0))) {
        throw new IllegalArgumentException(
            "image: " + image + " (expected: " + images.get(0) + ", as the first one)");
      }
    }
  }

  private static void requirePixels(long height, long width) {
    if (height > MAX_PIXELS || width > MAX_PIXELS || height * width > MAX_PIXELS) {
      throw new IllegalArgumentException(
          "grid: %d x %d pixels (expected: at most %d in all)"
              .formatted(width, height, MAX_PIXELS));
    }
  }

  private static void require(boolean holds, String name, int value, String expectation) {
    if (!holds) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: " + expectation + ")");
    }
  }
}
