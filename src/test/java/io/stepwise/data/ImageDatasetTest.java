package io.stepwise.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class ImageDatasetTest {

  private static final byte[] FIRST = {0, (byte) 255};
  private static final byte[] SECOND = {127, (byte) 128};

  @Test
  void bytesBecomeFloatsBetweenMinusOneAndOne() {
    float[] target = {9, 9, 9, 9};
    ImageDataset dataset = dataset(List.of("a", "b"), 0, 1);

    dataset.read(1, target, 1);

    assertThat(dataset.image(0)).containsExactly(-1, 1);
    assertThat(target).containsExactly(9, (float) (127 / 127.5 - 1), (float) (128 / 127.5 - 1), 9);
  }

  @Test
  void changingTheArraysAfterwardsChangesNothing() {
    byte[] pixels = {0, 0};
    int[] labels = {0};
    ImageDataset dataset = ImageDataset.of(1, 1, 2, List.of("a"), labels, List.of(pixels));

    pixels[0] = 99;
    labels[0] = 7;
    dataset.image(0)[0] = 5;

    assertThat(dataset.image(0)).containsExactly(-1, -1);
    assertThat(dataset.label(0)).isZero();
  }

  @Test
  void digestIsOfTheDocumentedBytes() throws Exception {
    MessageDigest sha = MessageDigest.getInstance("SHA-256");
    sha.update(HexFormat.of().parseHex("00000002" + "00000001" + "00000001" + "00000002"));
    sha.update(HexFormat.of().parseHex("00000002" + "00000001"));
    sha.update("a".getBytes(StandardCharsets.UTF_8));
    sha.update(HexFormat.of().parseHex("00000002"));
    sha.update("é".getBytes(StandardCharsets.UTF_8));
    sha.update(HexFormat.of().parseHex("00000000" + "00ff" + "00000001" + "7f80"));

    assertThat(dataset(List.of("a", "é"), 0, 1).digest())
        .isEqualTo(HexFormat.of().formatHex(sha.digest()));
  }

  @Test
  void digestTellsDataSetsApart() {
    String digest = dataset(List.of("a", "b"), 0, 1).digest();

    assertThat(dataset(List.of("a", "b"), 1, 0).digest()).isNotEqualTo(digest);
    assertThat(dataset(List.of("a", "c"), 0, 1).digest()).isNotEqualTo(digest);
    assertThat(
            ImageDataset.of(1, 2, 1, List.of("a", "b"), new int[] {0, 1}, List.of(FIRST, SECOND))
                .digest())
        .isNotEqualTo(digest);
  }

  @Test
  void whatDoesNotFitIsRefused() {
    assertThatThrownBy(() -> dataset(List.of("a"), 0, 1)).hasMessage("label: 1 (expected: 0 to 0)");
    assertThatThrownBy(() -> dataset(List.of(), 0, 0)).hasMessage("label: 0 (expected: none)");
    assertThatThrownBy(() -> dataset(List.of("a"), 0))
        .hasMessage("labels: 1 (expected: one for each image)");
    assertThatThrownBy(() -> ImageDataset.of(1, 3, 1, List.of("a"), new int[] {0}, List.of(FIRST)))
        .hasMessage("pixels of an image: 2 (expected: 3)");
    assertThatThrownBy(() -> dataset(List.of("a"), 0, 0).image(2))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> dataset(List.of("a"), 0, 0).read(0, new float[2], 1))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  private static ImageDataset dataset(List<String> names, int... labels) {
    return ImageDataset.of(1, 1, 2, names, labels, List.of(FIRST, SECOND));
  }
}
