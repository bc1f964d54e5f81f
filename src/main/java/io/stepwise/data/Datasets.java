package io.stepwise.data;

import java.nio.file.Files;
import java.nio.file.Path;

/** Opens a data set by what its folder holds: Fashion-MNIST's files or images. */
public final class Datasets {

  private Datasets() {}

  /**
   * Reads a data set as it is: Fashion-MNIST in grey, a folder of images in RGB.
   *
   * @throws DatasetException if the folder holds no data set or a broken one
   */
  public static ImageDataset open(Path folder, Split split) {
    return FashionMnist.isIn(folder)
        ? FashionMnist.open(folder, split)
        : open(folder, split, ImageForm.asFound(3));
  }

  /**
   * Reads a data set in a given form; Fashion-MNIST has but its own.
   *
   * @throws DatasetException if the folder holds no data set, a broken one, or one that cannot take
   *     this form
   */
  public static ImageDataset open(Path folder, Split split, ImageForm form) {
    if (FashionMnist.isIn(folder)) {
      ImageDataset dataset = FashionMnist.open(folder, split);
      requireForm(folder, dataset, form);
      return dataset;
    }
    if (!Files.isDirectory(folder)) {
      throw new DatasetException(
          "%s: no such folder (expected: Fashion-MNIST's four files, or images with one sub-folder"
                  .formatted(folder)
              + " a label; for Fashion-MNIST: "
              + FashionMnist.HOW_TO_GET
              + ")");
    }
    return ImageFolder.open(folder, split, form);
  }

  private static void requireForm(Path folder, ImageDataset dataset, ImageForm form) {
    if (form.channels() != dataset.channels()) {
      throw new DatasetException(
          "%s: channels: %d (expected: 1, Fashion-MNIST is grey)"
              .formatted(folder, form.channels()));
    }
    if (form.size().isPresent()) {
      int size = form.size().getAsInt();
      if (size != dataset.height() || size != dataset.width()) {
        throw new DatasetException(
            "%s: size: %d (expected: %d, Fashion-MNIST is not scaled)"
                .formatted(folder, size, dataset.height()));
      }
    }
  }
}
