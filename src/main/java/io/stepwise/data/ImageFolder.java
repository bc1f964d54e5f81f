package io.stepwise.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A folder of PNG and JPEG files: images without labels, or one sub-folder a label.
 *
 * <p>If its sub-folders are {@code train} and {@code test}, these are the two splits, each such a
 * folder by itself; both take their labels from {@code train}. Otherwise everything is the training
 * split. Labels and images come in the order of their names, by code unit. Hidden files and files
 * of other kinds are left out.
 */
final class ImageFolder {

  private static final String TRAIN = "train";
  private static final String TEST = "test";
  private static final Set<String> SUFFIXES = Set.of("png", "jpg", "jpeg");

  private ImageFolder() {}

  /** Reads one split of a folder that exists. */
  static ImageDataset open(Path folder, Split split, ImageForm form) {
    Path train = hasSplits(folder) ? folder.resolve(TRAIN) : folder;
    if (split == Split.TRAIN) {
      return read(train, labels(train), form);
    }
    Path test = folder.resolve(TEST);
    if (!hasSplits(folder) || !Files.isDirectory(test)) {
      throw new DatasetException(
          folder + ": no test split (expected: sub-folders train and test, and no others)");
    }
    return read(test, labels(train), form);
  }

  private static boolean hasSplits(Path folder) {
    Set<String> names = folders(folder).stream().map(ImageFolder::name).collect(Collectors.toSet());
    return names.contains(TRAIN) && Set.of(TRAIN, TEST).containsAll(names);
  }

  private static List<String> labels(Path folder) {
    return folders(folder).stream().map(ImageFolder::name).toList();
  }

  private static ImageDataset read(Path folder, List<String> labels, ImageForm form) {
    for (Path found : folders(folder)) {
      if (!labels.contains(name(found))) {
        throw new DatasetException(
            "%s: label %s (expected: one of the training split's, %s)"
                .formatted(found, name(found), labels));
      }
    }
    ImageCollector collector = new ImageCollector(form);
    if (labels.isEmpty()) {
      images(folder).forEach(file -> collector.add(file, ImageDataset.UNLABELLED));
      return collector.dataset(folder, labels);
    }
    if (hasImages(folder)) {
      throw new DatasetException(
          folder + ": holds images beside its sub-folders (expected: either, not both)");
    }
    for (int label = 0; label < labels.size(); label++) {
      Path of = folder.resolve(labels.get(label));
      if (Files.isDirectory(of)) {
        for (Path file : images(of)) {
          collector.add(file, label);
        }
      }
    }
    return collector.dataset(folder, labels);
  }

  private static List<Path> images(Path folder) {
    List<Path> images = entries(folder, ImageFolder::isImage);
    if (images.isEmpty()) {
      throw new DatasetException(folder + ": no images (expected: at least one png, jpg or jpeg)");
    }
    return images;
  }

  private static boolean hasImages(Path folder) {
    return !entries(folder, ImageFolder::isImage).isEmpty();
  }

  private static List<Path> folders(Path folder) {
    return entries(folder, path -> Files.isDirectory(path) && !name(path).startsWith("."));
  }

  private static boolean isImage(Path path) {
    String name = name(path).toLowerCase(Locale.ROOT);
    return Files.isRegularFile(path)
        && !name.startsWith(".")
        && SUFFIXES.contains(name.substring(name.lastIndexOf('.') + 1));
  }

  private static List<Path> entries(Path folder, Predicate<Path> kind) {
    try (Stream<Path> entries = Files.list(folder)) {
      return new ArrayList<>(
          entries.filter(kind).sorted(Comparator.comparing(ImageFolder::name)).toList());
    } catch (IOException e) {
      throw new DatasetException(folder + ": cannot be listed: " + e.getMessage(), e);
    }
  }

  private static String name(Path path) {
    return path.getFileName().toString();
  }
}
