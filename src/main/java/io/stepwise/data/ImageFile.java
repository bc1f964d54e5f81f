package io.stepwise.data;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/**
 * Decodes PNG and JPEG files by ImageIO into 8-bit grey or RGB.
 *
 * <p>Transparent pixels are laid over white.
 */
final class ImageFile {

  private static final long MAX_PIXELS = 1L << 26;

  private ImageFile() {}

  /**
   * Reads one file.
   *
   * @param channels 1 for grey or 3 for red, green, blue
   * @throws DatasetException if the file cannot be decoded
   */
  static Picture read(Path file, int channels) {
    BufferedImage image = decode(file);
    int height = image.getHeight();
    int width = image.getWidth();
    int area = height * width;
    byte[] pixels = new byte[channels * area];
    PixelSource source = isGrey(image) ? greySource(image) : image::getRGB;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int argb = source.argb(x, y);
        int red = overWhite(argb >> 16, argb >>> 24);
        int green = overWhite(argb >> 8, argb >>> 24);
        int blue = overWhite(argb, argb >>> 24);
        int at = y * width + x;
        if (channels == 1) {
          pixels[at] = (byte) luma(red, green, blue);
        } else {
          pixels[at] = (byte) red;
          pixels[area + at] = (byte) green;
          pixels[2 * area + at] = (byte) blue;
        }
      }
    }
    return new Picture(channels, height, width, pixels);
  }

  private interface PixelSource {
    int argb(int x, int y);
  }

  private static BufferedImage decode(Path file) {
    try (ImageInputStream in = ImageIO.createImageInputStream(file.toFile())) {
      if (in == null) {
        throw new DatasetException(file + ": cannot be opened");
      }
      Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
      if (!readers.hasNext()) {
        throw new DatasetException(file + ": not an image (expected: PNG or JPEG)");
      }
      ImageReader reader = readers.next();
      try {
        reader.setInput(in, true, true);
        requirePixels(file, reader.getWidth(0), reader.getHeight(0));
        return reader.read(0);
      } finally {
        reader.dispose();
      }
    } catch (IOException | IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new DatasetException(file + ": cannot be decoded: " + e.getMessage(), e);
    }
  }

  private static void requirePixels(Path file, int width, int height) {
    if ((long) width * height > MAX_PIXELS) {
      throw new DatasetException(
          "%s: %d x %d pixels (expected: at most %d in all)"
              .formatted(file, width, height, MAX_PIXELS));
    }
  }

  private static boolean isGrey(BufferedImage image) {
    ColorModel model = image.getColorModel();
    return model instanceof ComponentColorModel
        && model.getColorSpace().getType() == ColorSpace.TYPE_GRAY;
  }

  /** Reads samples as they are stored: getRGB would take them for linear light. */
  private static PixelSource greySource(BufferedImage image) {
    Raster raster = image.getRaster();
    ColorModel model = image.getColorModel();
    double scale = 255.0 / ((1 << model.getComponentSize(0)) - 1);
    return (x, y) -> {
      int grey = (int) Math.round(raster.getSample(x, y, 0) * scale);
      int alpha = model.hasAlpha() ? (int) Math.round(raster.getSample(x, y, 1) * scale) : 255;
      return alpha << 24 | grey << 16 | grey << 8 | grey;
    };
  }

  private static int overWhite(int value, int alpha) {
    return ((value & 0xff) * alpha + 255 * (255 - alpha) + 127) / 255;
  }

  private static int luma(int red, int green, int blue) {
    return (299 * red + 587 * green + 114 * blue + 500) / 1000;
  }
}
