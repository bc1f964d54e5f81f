package io.stepwise.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FashionMnistTest {

  private static final String IMAGES = "train-images-idx3-ubyte";
  private static final String LABELS = "train-labels-idx1-ubyte";

  private final Path folder;

  FashionMnistTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void plainFilesGiveImagesAndLabels() throws IOException {
    IdxFiles.write(folder, IMAGES, IdxFiles.images(3));
    IdxFiles.write(folder, LABELS, IdxFiles.labels(9, 0, 7));

    ImageDataset dataset = FashionMnist.open(folder, Split.TRAIN);

    assertThat(dataset.count()).isEqualTo(3);
    assertThat(dataset.channels()).isEqualTo(1);
    assertThat(dataset.height()).isEqualTo(2);
    assertThat(dataset.width()).isEqualTo(3);
    assertThat(dataset.labelNames().get(dataset.label(0))).isEqualTo("ankle-boot");
    assertThat(dataset.label(2)).isEqualTo(7);
    assertThat(dataset.image(1)).containsExactly(expected(6, 7, 8, 9, 10, 11));
  }

  @Test
  void compressedFilesGiveTheSame() throws IOException {
    IdxFiles.write(folder, IMAGES, IdxFiles.images(2));
    IdxFiles.write(folder, LABELS, IdxFiles.labels(1, 2));
    String plain = FashionMnist.open(folder, Split.TRAIN).digest();
    Path other = folder.resolve("other");
    assertThat(other.toFile().mkdir()).isTrue();
    IdxFiles.write(other, IMAGES + ".gz", IdxFiles.compressed(IdxFiles.images(2)));
    IdxFiles.write(other, LABELS + ".gz", IdxFiles.compressed(IdxFiles.labels(1, 2)));

    assertThat(FashionMnist.open(other, Split.TRAIN).digest()).isEqualTo(plain);
  }

  @Test
  void testSplitHasItsOwnFiles() throws IOException {
    IdxFiles.write(folder, "t10k-images-idx3-ubyte", IdxFiles.images(1));
    IdxFiles.write(folder, "t10k-labels-idx1-ubyte", IdxFiles.labels(5));

    assertThat(FashionMnist.open(folder, Split.TEST).label(0)).isEqualTo(5);
    assertThatThrownBy(() -> FashionMnist.open(folder, Split.TRAIN))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining(folder.toString())
        .hasMessageContaining("train split lacks " + IMAGES + " and " + LABELS)
        .hasMessageContaining("apt-get install dataset-fashion-mnist");
  }

  @Test
  void onlyTheMissingFileIsNamed() throws IOException {
    IdxFiles.write(folder, IMAGES, IdxFiles.images(1));

    assertThatThrownBy(() -> FashionMnist.open(folder, Split.TRAIN))
        .hasMessageContaining("lacks " + LABELS + " (");
  }

  @Test
  void truncatedFilesAreNamed() throws IOException {
    byte[] images = IdxFiles.images(3);
    assertBroken(
        Arrays.copyOf(images, images.length - 1),
        IdxFiles.labels(1, 2, 3),
        IMAGES + ": truncated: holds 2 images (expected: 3");
    assertBroken(
        IdxFiles.images(3),
        IdxFiles.idx(new byte[2], 0x0801, 3),
        LABELS + ": truncated: holds 2 labels (expected: 3");
    assertBroken(Arrays.copyOf(images, 9), IdxFiles.labels(1), IMAGES + ": ends early");
  }

  @Test
  void truncatedCompressionIsNamed() throws IOException {
    byte[] whole = IdxFiles.compressed(IdxFiles.images(3));
    IdxFiles.write(folder, IMAGES + ".gz", Arrays.copyOf(whole, whole.length - 9));
    IdxFiles.write(folder, LABELS, IdxFiles.labels(1, 2, 3));

    assertThatThrownBy(() -> FashionMnist.open(folder, Split.TRAIN))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining(IMAGES + ".gz: ends early");
  }

  @Test
  void fileThatIsNotCompressedIsNamed() throws IOException {
    IdxFiles.write(folder, IMAGES + ".gz", IdxFiles.images(3));
    IdxFiles.write(folder, LABELS, IdxFiles.labels(1, 2, 3));

    assertThatThrownBy(() -> FashionMnist.open(folder, Split.TRAIN))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining(IMAGES + ".gz: cannot be read");
  }

  @Test
  void wrongContentIsNamed() throws IOException {
    assertBroken(
        IdxFiles.labels(1),
        IdxFiles.labels(1),
        IMAGES + ": magic number 0x00000801 (expected: 0x00000803)");
    assertBroken(
        IdxFiles.images(2), IdxFiles.labels(1), LABELS + ": 1 labels (expected: 2, the count of");
    assertBroken(
        IdxFiles.images(2),
        IdxFiles.labels(1, 10),
        LABELS + ": label 10 of image 1 (expected: 0 to 9)");
    assertBroken(
        IdxFiles.idx(new byte[7], 0x0803, 1, 2, 3),
        IdxFiles.labels(1),
        IMAGES + ": holds more bytes than its header says");
    assertBroken(
        IdxFiles.idx(new byte[0], 0x0803, 1, 0, 3),
        IdxFiles.labels(1),
        IMAGES + ": height: 0 (expected: 1 to 2147483647)");
    assertBroken(
        IdxFiles.images(1),
        IdxFiles.idx(new byte[0], 0x0801, -1),
        LABELS + ": count: 4294967295 (expected: 1 to 2147483647)");
  }

  /** Would need 2 GiB of labels or 2^31 images of 16 MiB if the header were believed. */
  @Test
  void headerClaimsNeverDecideHowMuchIsAllocated() throws IOException {
    int max = Integer.MAX_VALUE;
    assertBroken(
        IdxFiles.images(1),
        IdxFiles.idx(new byte[1], 0x0801, max),
        LABELS + ": truncated: holds 1 labels (expected: 2147483647");
    assertBroken(
        IdxFiles.idx(new byte[1], 0x0803, max, 4096, 4096),
        IdxFiles.labels(1),
        IMAGES + ": truncated: holds 0 images (expected: 2147483647");
    assertBroken(
        IdxFiles.idx(new byte[1], 0x0803, 1, max, max),
        IdxFiles.labels(1),
        IMAGES + ": 2147483647 x 2147483647 pixels an image");
  }

  private void assertBroken(byte[] images, byte[] labels, String message) throws IOException {
    IdxFiles.write(folder, IMAGES, images);
    IdxFiles.write(folder, LABELS, labels);
    assertThatThrownBy(() -> FashionMnist.open(folder, Split.TRAIN))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining(message);
  }

  private static float[] expected(int... bytes) {
    float[] values = new float[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      values[i] = (float) (bytes[i] / 127.5 - 1);
    }
    return values;
  }
}
