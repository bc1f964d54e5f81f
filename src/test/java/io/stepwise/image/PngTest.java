package io.stepwise.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class PngTest {

  private static final FloatImage PIXEL = new FloatImage(1, 1, 1, new float[] {0});

  @Test
  void eachByteOfADataSetComesBackAsItWas() throws IOException {
    float[] pixels = new float[256];
    for (int u = 0; u < 256; u++) {
      pixels[u] = (float) (u / 127.5 - 1);
    }

    BufferedImage image = decoded(Png.encode(new FloatImage(1, 2, 128, pixels)));

    assertThat(image.getColorModel().getPixelSize()).isEqualTo(8);
    assertThat(image.getRaster().getSamples(0, 0, 128, 2, 0, (int[]) null))
        .containsExactly(IntStream.range(0, 256).toArray());
  }

  @Test
  void valuesAreRoundedToTheNearestByteAndClamped() throws IOException {
    float half = 1 / 127.5f;
    float[] pixels = {
      -1 + 0.49f * half, -1 + 0.51f * half, -1.5f, 7, Float.NEGATIVE_INFINITY, 0, 1 - 0.51f * half
    };

    assertThat(
            decoded(Png.encode(new FloatImage(1, 1, 7, pixels)))
                .getRaster()
                .getSamples(0, 0, 7, 1, 0, (int[]) null))
        .containsExactly(0, 1, 0, 255, 0, 128, 254);
  }

  @Test
  void planesBecomeRedGreenAndBlue() throws IOException {
    float[] pixels = {1, -1, -1, -1, -1, 1, -1, -1, -1, -1, 1, -1};

    BufferedImage image = decoded(Png.encode(new FloatImage(3, 2, 2, pixels)));

    assertThat(image.getRGB(0, 0, 2, 2, null, 0, 2))
        .containsExactly(0xffff0000, 0xff00ff00, 0xff0000ff, 0xff000000);
  }

  @Test
  void decodedPixelsAreThoseEncoded() {
    float[] pixels = new float[3 * 256];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = i * 7 % 256 / 127.5f - 1;
    }
    FloatImage grey = new FloatImage(1, 24, 32, pixels);
    FloatImage color = new FloatImage(3, 16, 16, pixels);

    assertThat(Png.decode(Png.encode(grey))).isEqualTo(grey);
    assertThat(Png.decode(Png.encode(color))).isEqualTo(color);
  }

  @Test
  void notANumberIsRefused() {
    assertThatThrownBy(() -> Png.encode(new FloatImage(1, 1, 2, new float[] {0, Float.NaN})))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("pixel 1: NaN (expected: -1 to 1)");
  }

  @Test
  void textsComeBackInTheirOrder() {
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put("parameters", "sneaker\nSteps: 50, Sampler: ddim");
    texts.put("Software", "Stepwise");
    texts.put("Comment", "café\tat 100 %\n\n<&\"'>");
    texts.put("Author", "");

    assertThat(Png.texts(Png.encode(PIXEL, texts))).containsExactlyEntriesOf(texts);
  }

  @Test
  void textBeyondLatinIsInternational() {
    Map<String, String> texts = Map.of("parameters", "운동화 — 👟\nSteps: 50");

    byte[] png = Png.encode(PIXEL, texts);

    assertThat(Png.texts(png)).isEqualTo(texts);
    assertThat(chunkTypes(png)).containsExactly("IHDR", "iTXt", "IDAT", "IEND");
    assertThat(chunkTypes(Png.encode(PIXEL, Map.of("parameters", "café"))))
        .containsExactly("IHDR", "tEXt", "IDAT", "IEND");
  }

  @Test
  void textThatAFileCannotHoldIsRefused() {
    assertThatThrownBy(() -> Png.encode(PIXEL, Map.of("", "x")))
        .hasMessageContaining("keyword: '' (expected: 1 to 79");
    assertThatThrownBy(() -> Png.encode(PIXEL, Map.of("k".repeat(80), "x")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Png.encode(PIXEL, Map.of("a\nb", "x")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Png.encode(PIXEL, Map.of(" a", "x")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Png.encode(PIXEL, Map.of("a", "x\0y")))
        .hasMessageContaining("text chunk a: holds a zero character");
  }

  @Test
  void manyThreadsWriteTheSameFile() {
    byte[] expected = Png.encode(PIXEL, Map.of("parameters", "x"));

    assertThat(
            IntStream.range(0, 500)
                .parallel()
                .mapToObj(i -> Png.encode(PIXEL, Map.of("parameters", "x"))))
        .allSatisfy(png -> assertThat(png).isEqualTo(expected));
  }

  @Test
  void otherFilesHaveNoTexts() {
    assertThatThrownBy(() -> Png.texts("no image".getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not a readable PNG file");
    assertThatThrownBy(() -> Png.texts(new byte[0])).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void imageIsCheckedAgainstItsShape() {
    assertThatThrownBy(() -> new FloatImage(2, 1, 1, new float[2]))
        .hasMessage("channels: 2 (expected: 1 or 3)");
    assertThatThrownBy(() -> new FloatImage(1, 2, 2, new float[3]))
        .hasMessage("pixels: 3 (expected: 4)");
    assertThatThrownBy(() -> new FloatImage(1, 0, 2, new float[0]))
        .hasMessage("size: 2x0 (expected: both >= 1)");
  }

  private static BufferedImage decoded(byte[] png) throws IOException {
    return ImageIO.read(new ByteArrayInputStream(png));
  }

  private static List<String> chunkTypes(byte[] png) {
    List<String> types = new ArrayList<>();
    ByteBuffer buffer = ByteBuffer.wrap(png).position(8);
    while (buffer.hasRemaining()) {
      int length = buffer.getInt();
      byte[] type = new byte[4];
      buffer.get(type);
      types.add(new String(type, StandardCharsets.US_ASCII));
      buffer.position(buffer.position() + length + 4);
    }
    return types;
  }
}
