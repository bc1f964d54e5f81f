package io.stepwise.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class PictureTest {

  @Test
  void cropTakesTheMiddleOfEachChannel() {
    byte[] pixels = new byte[3 * 2 * 5];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) i;
    }

    Picture wide = new Picture(3, 2, 5, pixels).centreSquare();
    Picture tall = new Picture(1, 5, 2, Arrays.copyOf(pixels, 10)).centreSquare();

    assertThat(wide.pixels()).containsExactly(1, 2, 6, 7, 11, 12, 16, 17, 21, 22, 26, 27);
    assertThat(tall.pixels()).containsExactly(2, 3, 4, 5);
  }

  @Test
  void scalingDownWeighsSourcePixelsByATriangle() {
    // 4 -> 2: support 2, so the first target sees pixels 0 to 2 with weights 3:3:1 (1 is halved
    // at the border: 0.75, 0.75, 0.25), the second one mirrors it.
    Picture picture = new Picture(1, 4, 4, rows(0, 70, 140, 210));

    assertThat(picture.scaled(2).pixels())
        .containsExactly((byte) 50, (byte) 160, (byte) 50, (byte) 160);
  }

  @Test
  void scalingUpIsBilinear() {
    Picture picture = new Picture(1, 2, 2, new byte[] {0, 80, 0, 80});

    assertThat(picture.scaled(4).pixels())
        .containsExactly(0, 20, 60, 80, 0, 20, 60, 80, 0, 20, 60, 80, 0, 20, 60, 80);
  }

  @Test
  void scalingKeepsAFlatPictureOfAnySize() {
    for (int source = 1; source < 20; source++) {
      for (int target = 1; target < 20; target++) {
        byte[] white = new byte[3 * source * source];
        Arrays.fill(white, (byte) 255);

        assertThat(new Picture(3, source, source, white).scaled(target).pixels())
            .hasSize(3 * target * target)
            .containsOnly((byte) 255);
      }
    }
  }

  @Test
  void scalingDoesNotMixChannelsOrAxes() {
    byte[] pixels = new byte[3 * 16];
    Arrays.fill(pixels, 0, 16, (byte) 10);
    Arrays.fill(pixels, 16, 24, (byte) 20);
    Arrays.fill(pixels, 24, 32, (byte) 120);
    Arrays.fill(pixels, 32, 48, (byte) 30);

    byte[] scaled = new Picture(3, 4, 4, pixels).scaled(2).pixels();

    assertThat(scaled).containsExactly(10, 10, 10, 10, 34, 34, 106, 106, 30, 30, 30, 30);
  }

  private static byte[] rows(int... row) {
    byte[] pixels = new byte[row.length * row.length];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) row[i % row.length];
    }
    return pixels;
  }
}
