package io.stepwise.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFolderTest {

  private static final ImageForm GREY = ImageForm.asFound(1);

  private final Path folder;

  ImageFolderTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void subFoldersAreLabelsInTheOrderOfTheirNames() throws IOException {
    ImageFiles.grey(folder.resolve("dog/2.png"), 1, 30);
    ImageFiles.grey(folder.resolve("dog/10.PNG"), 1, 20);
    ImageFiles.grey(folder.resolve("cat/z.png"), 1, 10);
    Files.writeString(folder.resolve("dog/notes.txt"), "not an image");
    Files.writeString(folder.resolve("dog/.hidden.png"), "not an image");

    ImageDataset dataset = Datasets.open(folder, Split.TRAIN, GREY);

    assertThat(dataset.labelNames()).containsExactly("cat", "dog");
    assertThat(labels(dataset)).containsExactly(0, 1, 1);
    assertThat(bytes(dataset)).containsExactly(10, 20, 30);
  }

  @Test
  void imagesWithoutSubFoldersHaveNoLabels() throws IOException {
    ImageFiles.grey(folder.resolve("b.png"), 2, 3, 4);
    ImageFiles.grey(folder.resolve("a.png"), 2, 1, 2);

    ImageDataset dataset = Datasets.open(folder, Split.TRAIN, GREY);

    assertThat(dataset.labelNames()).isEmpty();
    assertThat(labels(dataset)).containsExactly(-1, -1);
    assertThat(bytes(dataset)).containsExactly(1, 2, 3, 4);
  }

  @Test
  void folderIsReadInColourUnlessAskedOtherwise() throws IOException {
    ImageFiles.rgb(folder.resolve("a.png"), 2, 0x102030, 0x405060);

    assertThat(bytes(Datasets.open(folder, Split.TRAIN)))
        .containsExactly(0x10, 0x40, 0x20, 0x50, 0x30, 0x60);
  }

  @Test
  void imagesOfAnotherSizeAreNamed() throws IOException {
    ImageFiles.grey(folder.resolve("a.png"), 2, 1, 2);
    ImageFiles.grey(folder.resolve("b.png"), 1, 1, 2);

    assertThatThrownBy(() -> Datasets.open(folder, Split.TRAIN, GREY))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("b.png: 1 x 2 pixels (expected: 2 x 1 as ")
        .hasMessageContaining("a.png");
  }

  @Test
  void imagesAreBroughtToTheSizeAskedFor() throws IOException {
    ImageFiles.grey(folder.resolve("a.png"), 4, 9, 10, 20, 9, 9, 30, 40, 9);
    ImageFiles.grey(folder.resolve("b.png"), 1, 50);

    ImageDataset dataset = Datasets.open(folder, Split.TRAIN, ImageForm.square(1, 2));

    assertThat(bytes(dataset)).containsExactly(10, 20, 30, 40, 50, 50, 50, 50);
  }

  @Test
  void splitsAreSubFolders() throws IOException {
    ImageFiles.grey(folder.resolve("train/ant/a.png"), 1, 1);
    ImageFiles.grey(folder.resolve("train/bee/a.png"), 1, 2);
    ImageFiles.grey(folder.resolve("test/bee/a.png"), 1, 3);

    ImageDataset train = Datasets.open(folder, Split.TRAIN, GREY);
    ImageDataset test = Datasets.open(folder, Split.TEST, GREY);

    assertThat(labels(train)).containsExactly(0, 1);
    assertThat(test.labelNames()).containsExactly("ant", "bee");
    assertThat(labels(test)).containsExactly(1);
    assertThat(bytes(test)).containsExactly(3);
  }

  @Test
  void labelThatOnlyTheTestSplitHasIsNamed() throws IOException {
    ImageFiles.grey(folder.resolve("train/ant/a.png"), 1, 1);
    ImageFiles.grey(folder.resolve("test/wasp/a.png"), 1, 3);

    assertThatThrownBy(() -> Datasets.open(folder, Split.TEST, GREY))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("label wasp (expected: one of the training split's, [ant])");
  }

  @Test
  void trainIsALabelAmongOtherVehicles() throws IOException {
    ImageFiles.grey(folder.resolve("train/a.png"), 1, 1);
    ImageFiles.grey(folder.resolve("car/a.png"), 1, 1);

    assertThat(Datasets.open(folder, Split.TRAIN, GREY).labelNames())
        .containsExactly("car", "train");
    assertThatThrownBy(() -> Datasets.open(folder, Split.TEST, GREY))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("no test split");
  }

  @Test
  void foldersThatHoldNoDataSetAreRefused() throws IOException {
    assertThatThrownBy(() -> Datasets.open(folder.resolve("none"), Split.TRAIN, GREY))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("no such folder")
        .hasMessageContaining("apt-get install dataset-fashion-mnist");
    assertThatThrownBy(() -> Datasets.open(folder, Split.TRAIN, GREY))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining(folder + ": no images");
    ImageFiles.grey(folder.resolve("ant/a.png"), 1, 1);
    Files.createDirectory(folder.resolve("bee"));
    assertThatThrownBy(() -> Datasets.open(folder, Split.TRAIN, GREY))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("bee: no images");
    ImageFiles.grey(folder.resolve("stray.png"), 1, 1);
    assertThatThrownBy(() -> Datasets.open(folder, Split.TRAIN, GREY))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("holds images beside its sub-folders");
  }

  @Test
  void fashionMnistHasOnlyItsOwnForm() throws IOException {
    IdxFiles.write(folder, "train-images-idx3-ubyte", IdxFiles.images(1));
    IdxFiles.write(folder, "train-labels-idx1-ubyte", IdxFiles.labels(5));

    assertThat(Datasets.open(folder, Split.TRAIN).channels()).isEqualTo(1);
    assertThat(Datasets.open(folder, Split.TRAIN, GREY).count()).isEqualTo(1);
    assertThatThrownBy(() -> Datasets.open(folder, Split.TRAIN, ImageForm.asFound(3)))
        .hasMessageContaining("channels: 3 (expected: 1");
    assertThatThrownBy(() -> Datasets.open(folder, Split.TRAIN, ImageForm.square(1, 32)))
        .hasMessageContaining("size: 32 (expected: 2");
  }

  private static int[] labels(ImageDataset dataset) {
    int[] labels = new int[dataset.count()];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = dataset.label(i);
    }
    return labels;
  }

  /** All pixels of all images as 0 to 255. */
  private static int[] bytes(ImageDataset dataset) {
    int[] bytes = new int[dataset.count() * dataset.size()];
    for (int i = 0; i < bytes.length; i++) {
      float value = dataset.image(i / dataset.size())[i % dataset.size()];
      bytes[i] = Math.round((value + 1) * 127.5f);
    }
    return bytes;
  }
}
