package io.stepwise.image;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.spi.ImageWriterSpi;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** PNG files in memory, 8 bits a channel; needs no display; safe to use from many threads. */
public final class Png {

  private static final ImageWriterSpi WRITERS =
      ImageIO.getImageWritersByFormatName("png").next().getOriginatingProvider();
  private static final ImageReaderSpi READERS =
      ImageIO.getImageReadersByFormatName("png").next().getOriginatingProvider();

  private Png() {}

  /** Returns a PNG file without text chunks. */
  public static byte[] encode(FloatImage image) {
    return encode(image, Map.of());
  }

  /**
   * Returns a PNG file.
   *
   * @param image grey or RGB; x becomes round((x + 1) * 127.5), values beyond [-1, 1] the nearest
   *     end
   * @param texts keyword (1 to 79 printable characters of Latin-1) and text of each text chunk, in
   *     this order: tEXt where Latin-1 suffices, otherwise iTXt
   * @throws IllegalArgumentException if a pixel is NaN or a keyword or text cannot be written
   */
  public static byte[] encode(FloatImage image, Map<String, String> texts) {
    BufferedImage pixels = quantized(image);
    ByteArrayOutputStream target = new ByteArrayOutputStream();
    try {
      ImageWriter writer = WRITERS.createWriterInstance();
      try (ImageOutputStream out = new MemoryCacheImageOutputStream(target)) {
        writer.setOutput(out);
        IIOMetadata metadata = writer.getDefaultImageMetadata(new ImageTypeSpecifier(pixels), null);
        TextChunks.add(metadata, texts);
        writer.write(new IIOImage(pixels, null, metadata));
      } finally {
        writer.dispose();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("PNG in memory", e);
    }
    return target.toByteArray();
  }

  /**
   * Returns keyword and text of each text chunk of a PNG file, in the order of the file.
   *
   * @throws IllegalArgumentException if this is not a PNG file
   */
  public static Map<String, String> texts(byte[] png) {
    return read(png, reader -> TextChunks.read(reader.getImageMetadata(0)));
  }

  /**
   * Returns the pixels of a PNG file of 8 bits in grey or RGB, as {@link #encode} writes them.
   *
   * @throws IllegalArgumentException if this is not such a file
   */
  public static FloatImage decode(byte[] png) {
    Raster raster = read(png, reader -> reader.read(0).getRaster());
    int channels = raster.getNumBands();
    int area = raster.getHeight() * raster.getWidth();
    float[] pixels = new float[channels * area];
    int[] samples = new int[area];
    for (int channel = 0; channel < channels; channel++) {
      raster.getSamples(0, 0, raster.getWidth(), raster.getHeight(), channel, samples);
      for (int i = 0; i < area; i++) {
        pixels[channel * area + i] = samples[i] / 127.5f - 1; // -> [-1, 1]
      }
    }
    return new FloatImage(channels, raster.getHeight(), raster.getWidth(), pixels);
  }

  private static <T> T read(byte[] png, Reading<T> reading) {
    try {
      ImageReader reader = READERS.createReaderInstance();
      try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(png))) {
        reader.setInput(in);
        return reading.read(reader);
      } finally {
        reader.dispose();
      }
    } catch (IOException e) {
      throw new IllegalArgumentException("not a readable PNG file: " + e.getMessage(), e);
    }
  }

  /** What is wanted of a file. */
  @FunctionalInterface
  private interface Reading<T> {

    T read(ImageReader reader) throws IOException;
  }

  private static BufferedImage quantized(FloatImage image) {
    int area = image.height() * image.width();
    int channels = image.channels();
    int type = channels == 1 ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_3BYTE_BGR;
    BufferedImage target = new BufferedImage(image.width(), image.height(), type);
    byte[] bytes = ((DataBufferByte) target.getRaster().getDataBuffer()).getData();
    for (int i = 0; i < image.pixels().length; i++) {
      int channel = i / area;
      bytes[i % area * channels + channels - 1 - channel] = quantized(image.pixels()[i], i);
    }
    return target;
  }

  private static byte quantized(float value, int index) {
    if (Float.isNaN(value)) {
      throw new IllegalArgumentException("pixel " + index + ": NaN (expected: -1 to 1)");
    }
    float clamped = Math.max(-1, Math.min(1, value));
    return (byte) Math.round((clamped + 1) * 127.5f); // -> [0, 255]
  }
}
