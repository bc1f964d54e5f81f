package io.stepwise.study;

import com.fasterxml.jackson.databind.JsonNode;
import io.stepwise.diffusion.PixelBins;
import io.stepwise.image.FloatImage;
import io.stepwise.image.ImageGrid;
import io.stepwise.image.Png;
import io.stepwise.network.ImageShape;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** A few images among figures: a byte a pixel, the darkest 0, in base 64. */
final class Pictures {

  private static final String SHAPE = "shape";
  private static final String PIXELS = "pixels";
  private static final int SCALE = 2;

  private Pictures() {}

  /**
   * Returns the figures that hold images.
   *
   * @param images each [C, H, W] row-major in [-1, 1]
   */
  static Map<String, Object> figures(List<float[]> images, ImageShape shape) {
    return Map.of(
        SHAPE,
        List.of(shape.channels(), shape.height(), shape.width()),
        PIXELS,
        images.stream().map(Pictures::text).toList());
  }

  private static String text(float[] image) {
    int[] levels = PixelBins.levels(image);
    byte[] bytes = new byte[levels.length];
    for (int j = 0; j < bytes.length; j++) {
      bytes[j] = (byte) levels[j];
    }
    return Base64.getEncoder().encodeToString(bytes);
  }

  /** Returns the images that figures hold. */
  static List<FloatImage> images(JsonNode figures) {
    List<FloatImage> images = new ArrayList<>();
    for (JsonNode text : figures.get(PIXELS)) {
      byte[] bytes = Base64.getDecoder().decode(text.asText());
      float[] pixels = new float[bytes.length];
      for (int j = 0; j < pixels.length; j++) {
        pixels[j] = (float) PixelBins.centre(Byte.toUnsignedInt(bytes[j]));
      }
      JsonNode shape = figures.get(SHAPE);
      images.add(
          new FloatImage(shape.get(0).asInt(), shape.get(1).asInt(), shape.get(2).asInt(), pixels));
    }
    return images;
  }

  /**
   * Draws rows of images as a PNG.
   *
   * @param rows images by the rows' labels, as many in each
   */
  static byte[] png(Map<String, List<FloatImage>> rows) {
    int columns = rows.values().iterator().next().size();
    return Png.encode(
        ImageGrid.ofColumns(columns)
            .withScale(SCALE)
            .withRowLabels(List.copyOf(rows.keySet()))
            .draw(rows.values().stream().flatMap(List::stream).toList()));
  }
}
