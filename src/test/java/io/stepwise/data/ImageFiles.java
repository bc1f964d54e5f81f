package io.stepwise.data;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import javax.imageio.ImageIO;

/** Writes small pictures for tests. */
final class ImageFiles {

  private ImageFiles() {}

  /** A grey PNG of these stored samples. */
  static void grey(Path file, int width, int... samples) throws IOException {
    BufferedImage image =
        new BufferedImage(width, samples.length / width, BufferedImage.TYPE_BYTE_GRAY);
    image.getRaster().setPixels(0, 0, width, samples.length / width, samples);
    write(file, "png", image);
  }

  /** A PNG of these colours, 0xRRGGBB. */
  static void rgb(Path file, int width, int... colours) throws IOException {
    write(file, "png", coloured(BufferedImage.TYPE_INT_RGB, width, colours));
  }

  /** A PNG of these colours, 0xAARRGGBB. */
  static void argb(Path file, int width, int... colours) throws IOException {
    write(file, "png", coloured(BufferedImage.TYPE_INT_ARGB, width, colours));
  }

  /** A JPEG of one colour. */
  static void jpeg(Path file, int width, int height, int colour) throws IOException {
    int[] colours = new int[width * height];
    Arrays.fill(colours, colour);
    write(file, "jpeg", coloured(BufferedImage.TYPE_INT_RGB, width, colours));
  }

  private static BufferedImage coloured(int type, int width, int... colours) {
    BufferedImage image = new BufferedImage(width, colours.length / width, type);
    image.setRGB(0, 0, width, colours.length / width, colours, 0, width);
    return image;
  }

  private static void write(Path file, String format, BufferedImage image) throws IOException {
    Files.createDirectories(file.getParent());
    if (!ImageIO.write(image, format, file.toFile())) {
      throw new IOException("no writer for " + format);
    }
  }
}
