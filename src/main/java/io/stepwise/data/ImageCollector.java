package io.stepwise.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Gathers images of one shape, file after file, into a data set. */
final class ImageCollector {

  private final ImageForm form;
  private final List<byte[]> images = new ArrayList<>();
  private final List<Integer> labels = new ArrayList<>();
  private @Nullable Path firstFile;
  private int height;
  private int width;

  ImageCollector(ImageForm form) {
    this.form = form;
  }

  /** Reads one more file; it must be of the size of the first one. */
  void add(Path file, int label) {
    Picture picture = ImageFile.read(file, form.channels());
    if (form.size().isPresent()) {
      picture = picture.centreSquare().scaled(form.size().getAsInt());
    }
    if (firstFile == null) {
      firstFile = file;
      height = picture.height();
      width = picture.width();
    } else if (picture.height() != height || picture.width() != width) {
      throw new DatasetException(
          "%s: %d x %d pixels (expected: %d x %d as %s, or a size to scale all images to)"
              .formatted(file, picture.width(), picture.height(), width, height, firstFile));
    }
    images.add(picture.pixels());
    labels.add(label);
  }

  /** Returns what was gathered; nothing may be added after it. */
  ImageDataset dataset(Path folder, List<String> labelNames) {
    if (images.isEmpty()) {
      throw new DatasetException(folder + ": no images (expected: at least one png, jpg or jpeg)");
    }
    int[] labelArray = labels.stream().mapToInt(Integer::intValue).toArray();
    return new ImageDataset(form.channels(), height, width, labelNames, labelArray, images);
  }
}
