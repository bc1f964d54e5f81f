package io.stepwise.data;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Fashion-MNIST (Xiao et al. 2017, arXiv:1708.07747): 60,000 and 10,000 grey images of ten kinds of
 * clothing, 28 x 28 pixels, from its four IDX files, plain or compressed ({@code .gz}).
 */
public final class FashionMnist {

  /** Names of the ten labels, in the order of the data set. */
  public static final List<String> LABELS =
      List.of(
          "t-shirt",
          "trouser",
          "pullover",
          "dress",
          "coat",
          "sandal",
          "shirt",
          "sneaker",
          "bag",
          "ankle-boot");

  /** The Debian package that holds the four files, and where it puts them. */
  static final String HOW_TO_GET =
      "apt-get install dataset-fashion-mnist puts them into /usr/share/datasets/fashion-mnist;"
          + " or fetch the four files by hand from"
          + " https://github.com/zalandoresearch/fashion-mnist";

  private FashionMnist() {}

  /**
   * Reads one split from a folder.
   *
   * @throws DatasetException if files are missing, truncated or do not fit one another
   */
  public static ImageDataset open(Path folder, Split split) {
    IdxFile imageFile = new IdxFile(require(folder, split, imagesName(split)));
    IdxFile labelFile = new IdxFile(require(folder, split, labelsName(split)));
    int[] labels = labelFile.readLabels(LABELS.size());
    IdxFile.Images images = imageFile.readImages();
    if (images.pixels().size() != labels.length) {
      throw new DatasetException(
          "%s: %d labels (expected: %d, the count of %s)"
              .formatted(
                  labelFile.path(),
                  labels.length,
                  images.pixels().size(),
                  imageFile.path().getFileName()));
    }
    return new ImageDataset(1, images.height(), images.width(), LABELS, labels, images.pixels());
  }

  /** Says whether a folder holds at least one of the four files. */
  static boolean isIn(Path folder) {
    return allNames().anyMatch(name -> find(folder, name).isPresent());
  }

  private static Path require(Path folder, Split split, String name) {
    return find(folder, name).orElseThrow(() -> missing(folder, split));
  }

  private static DatasetException missing(Path folder, Split split) {
    List<String> missing =
        Stream.of(imagesName(split), labelsName(split))
            .filter(name -> find(folder, name).isEmpty())
            .toList();
    return new DatasetException(
        "%s: Fashion-MNIST's %s split lacks %s (plain or .gz); %s"
            .formatted(
                folder,
                split.name().toLowerCase(Locale.ROOT),
                String.join(" and ", missing),
                HOW_TO_GET));
  }

  private static Optional<Path> find(Path folder, String name) {
    return Stream.of(folder.resolve(name), folder.resolve(name + ".gz"))
        .filter(Files::isRegularFile)
        .findFirst();
  }

  private static Stream<String> allNames() {
    return Stream.of(Split.values()).flatMap(s -> Stream.of(imagesName(s), labelsName(s)));
  }

  private static String imagesName(Split split) {
    return prefix(split) + "-images-idx3-ubyte";
  }

  private static String labelsName(Split split) {
    return prefix(split) + "-labels-idx1-ubyte";
  }

  private static String prefix(Split split) {
    return split == Split.TRAIN ? "train" : "t10k";
  }
}
