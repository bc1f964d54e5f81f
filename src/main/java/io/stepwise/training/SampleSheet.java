package io.stepwise.training;

import io.stepwise.image.ImageGrid;
import io.stepwise.network.BatchSampler;
import java.util.ArrayList;
import java.util.List;

/**
 * Which samples stand in a {@link SampleGrid}, and how. Their noise is the same for any weights, so
 * that two grids differ by the weights alone.
 *
 * @param requests the samples, row by row
 * @param layout how they are drawn
 */
public record SampleSheet(List<BatchSampler.Request> requests, ImageGrid layout) {

  private static final long SEED = 0;
  private static final int MOST_COLUMNS = 10;

  /** Copies the requests. */
  public SampleSheet {
    requests = List.copyOf(requests);
  }

  /**
   * Returns a row for each label, with its name, and a single one where there is none.
   *
   * @param columns samples of a label
   */
  public static SampleSheet ofRows(List<String> labels, int columns) {
    List<BatchSampler.Request> requests = new ArrayList<>();
    for (int label = 0; label < Math.max(1, labels.size()); label++) {
      for (int image = 0; image < columns; image++) {
        requests.add(request(image, label));
      }
    }
    return new SampleSheet(
        requests, ImageGrid.ofColumns(columns).withScale(2).withRowLabels(labels));
  }

  /**
   * Returns a column for each of the first ten labels, without their names; ten columns of other
   * noise where there is no label.
   *
   * @param rows samples of a label
   */
  static SampleSheet ofColumns(List<String> labels, int rows) {
    int columns = labels.isEmpty() ? MOST_COLUMNS : shown(labels).size();
    List<BatchSampler.Request> requests = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        requests.add(labels.isEmpty() ? request(row * columns + column, 0) : request(row, column));
      }
    }
    return new SampleSheet(requests, ImageGrid.ofColumns(columns).withScale(2));
  }

  /** Returns the labels that {@link #ofColumns} shows, from left to right. */
  static List<String> shown(List<String> labels) {
    return labels.subList(0, Math.min(labels.size(), MOST_COLUMNS));
  }

  private static BatchSampler.Request request(int image, int label) {
    return new BatchSampler.Request(SEED, image, label, 1);
  }
}
