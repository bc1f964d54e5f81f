package io.stepwise.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class ImageGridTest {

  @Test
  void imagesFillRowByRowOnWhite() {
    FloatImage picture =
        ImageGrid.ofColumns(2).withGap(1).draw(List.of(grey(0.1f), grey(0.2f), grey(0.3f)));

    assertThat(picture.height()).isEqualTo(5);
    assertThat(picture.width()).isEqualTo(7);
    assertThat(picture.pixels())
        .containsExactly(
            rows(
                new float[] {1, 1, 1, 1, 1, 1, 1},
                new float[] {1, 0.1f, -0.1f, 1, 0.2f, -0.2f, 1},
                new float[] {1, 1, 1, 1, 1, 1, 1},
                new float[] {1, 0.3f, -0.3f, 1, 1, 1, 1},
                new float[] {1, 1, 1, 1, 1, 1, 1}));
  }

  @Test
  void pixelsBecomeSquares() {
    FloatImage picture =
        ImageGrid.ofColumns(1).withGap(0).withScale(2).draw(List.of(grey(0.1f), grey(0.2f)));

    assertThat(picture.pixels())
        .containsExactly(
            rows(
                new float[] {0.1f, 0.1f, -0.1f, -0.1f},
                new float[] {0.1f, 0.1f, -0.1f, -0.1f},
                new float[] {0.2f, 0.2f, -0.2f, -0.2f},
                new float[] {0.2f, 0.2f, -0.2f, -0.2f}));
  }

  @Test
  void channelsStayApart() {
    FloatImage colour = new FloatImage(3, 1, 1, new float[] {0.1f, 0.2f, 0.3f});

    FloatImage picture = ImageGrid.ofColumns(5).withGap(0).withScale(2).draw(List.of(colour));

    assertThat(picture.pixels())
        .containsExactly(0.1f, 0.1f, 0.1f, 0.1f, 0.2f, 0.2f, 0.2f, 0.2f, 0.3f, 0.3f, 0.3f, 0.3f);
  }

  @Test
  void labelsStandLeftOfTheirRows() {
    List<FloatImage> images = Collections.nCopies(4, black(3));
    ImageGrid grid = ImageGrid.ofColumns(2);
    FloatImage plain = grid.draw(images);

    FloatImage labelled = grid.withRowLabels(List.of("", "WWW", "no such row")).draw(images);

    int margin = labelled.width() - plain.width();
    assertThat(margin).isGreaterThan(8);
    assertThat(labelled.height()).isEqualTo(plain.height());
    assertThat(darkest(labelled, 0, 32, margin)).isEqualTo(1);
    assertThat(darkest(labelled, 32, 62, margin)).isLessThan(0);
    assertThat(labelled.pixels()[2 * labelled.width() + margin + 2]).isEqualTo(-1);
  }

  @Test
  void longLabelIsCutOff() {
    FloatImage picture =
        ImageGrid.ofColumns(1).withRowLabels(List.of("W".repeat(100_000))).draw(List.of(black(1)));

    assertThat(picture.width()).isLessThan(600);
  }

  @Test
  void whatCannotBeDrawnIsRefused() {
    assertThatThrownBy(() -> ImageGrid.ofColumns(0)).hasMessage("columns: 0 (expected: >= 1)");
    assertThatThrownBy(() -> ImageGrid.ofColumns(1).withGap(-1))
        .hasMessage("gap: -1 (expected: >= 0)");
    assertThatThrownBy(() -> ImageGrid.ofColumns(1).withScale(0))
        .hasMessage("scale: 0 (expected: >= 1)");
    assertThatThrownBy(() -> ImageGrid.ofColumns(1).draw(List.of()))
        .hasMessage("images: 0 (expected: >= 1)");
    assertThatThrownBy(() -> ImageGrid.ofColumns(1).draw(List.of(black(1), black(3))))
        .hasMessageContaining("image: FloatImage[3, 28, 28] (expected: FloatImage[1, 28, 28]");
    assertThatThrownBy(
            () -> ImageGrid.ofColumns(1).withScale(Integer.MAX_VALUE).draw(List.of(black(1))))
        .hasMessageContaining("(expected: at most 67108864 in all)");
  }

  private static float darkest(FloatImage image, int fromRow, int toRow, int width) {
    float darkest = 1;
    for (int y = fromRow; y < toRow; y++) {
      for (int x = 0; x < width; x++) {
        darkest = Math.min(darkest, image.pixels()[y * image.width() + x]);
      }
    }
    return darkest;
  }

  private static FloatImage grey(float value) {
    return new FloatImage(1, 1, 2, new float[] {value, -value});
  }

  private static FloatImage black(int channels) {
    float[] pixels = new float[channels * 28 * 28];
    Arrays.fill(pixels, -1);
    return new FloatImage(channels, 28, 28, pixels);
  }

  private static float[] rows(float[]... rows) {
    float[] all = new float[rows.length * rows[0].length];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, all, i * rows[0].length, rows[0].length);
    }
    return all;
  }
}
