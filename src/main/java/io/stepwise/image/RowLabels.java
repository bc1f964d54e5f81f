package io.stepwise.image;

import java.awt.AWTError;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;

/**
 * Labels drawn as grey images of one width and height, black on white; long ones are cut off.
 *
 * @param width of every image in pixels, margin included; 0 if there are no images
 * @param images one for each label; none on a machine that has no fonts
 */
record RowLabels(int width, List<FloatImage> images) {

  private static final RowLabels NONE = new RowLabels(0, List.of());
  private static final int MARGIN = 4;
  private static final int MIN_FONT = 8;
  private static final int MAX_FONT = 24;
  private static final int MAX_TEXT_WIDTH = 512;

  RowLabels {
    images = List.copyOf(images);
  }

  /** Draws labels for rows of this height. */
  static RowLabels of(List<String> labels, int rowHeight) {
    if (labels.stream().allMatch(String::isBlank)) {
      return NONE;
    }
    try {
      return draw(labels, rowHeight);
    } catch (RuntimeException | LinkageError | InternalError | AWTError e) {
      // A bare machine lacks fonts or the native library that reads them, and each JDK reports
      // that in its own way; a grid without text still shows its images.
      return NONE;
    }
  }

  private static RowLabels draw(List<String> labels, int rowHeight) {
    Font font =
        new Font(
            Font.SANS_SERIF, Font.PLAIN, Math.max(MIN_FONT, Math.min(MAX_FONT, rowHeight / 2)));
    int width = 0;
    for (String label : labels) {
      width = Math.max(width, Math.min(MAX_TEXT_WIDTH, textWidth(label, font)));
    }
    List<FloatImage> images = new ArrayList<>();
    for (String label : labels) {
      images.add(draw(label, font, width + 2 * MARGIN, rowHeight));
    }
    return new RowLabels(width + 2 * MARGIN, images);
  }

  private static int textWidth(String label, Font font) {
    Graphics2D graphics = new BufferedImage(1, 1, BufferedImage.TYPE_BYTE_GRAY).createGraphics();
    try {
      return graphics.getFontMetrics(font).stringWidth(label);
    } finally {
      graphics.dispose();
    }
  }

  private static FloatImage draw(String label, Font font, int width, int height) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
    Graphics2D graphics = image.createGraphics();
    try {
      graphics.setColor(Color.WHITE);
      graphics.fillRect(0, 0, width, height);
      graphics.setColor(Color.BLACK);
      graphics.setFont(font);
      graphics.setRenderingHint(
          RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
      FontMetrics metrics = graphics.getFontMetrics();
      int baseline = (height - metrics.getHeight()) / 2 + metrics.getAscent();
      graphics.drawString(label, MARGIN, baseline);
    } finally {
      graphics.dispose();
    }
    float[] pixels = new float[width * height];
    image.getRaster().getSamples(0, 0, width, height, 0, pixels);
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = pixels[i] / 127.5f - 1; // -> [-1, 1]
    }
    return new FloatImage(1, height, width, pixels);
  }
}
