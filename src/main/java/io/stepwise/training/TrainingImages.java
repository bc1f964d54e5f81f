package io.stepwise.training;

import io.stepwise.data.EpochOrder;
import io.stepwise.data.ImageDataset;
import io.stepwise.family.TrainingBatch;
import io.stepwise.network.ImageShape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The images of a training: those that it learns from, in the order in which it does, and those
 * that are kept out of it to measure with.
 *
 * <p>Which are kept out is decided by their number and the data set alone, so that a training that
 * goes on from another's weights is not measured with what those learnt from.
 */
final class TrainingImages {

  /** Keys which images are kept out, and the noise and the timesteps that they are measured at. */
  private static final long HELD_OUT_SEED = 0x5eed;

  private final ImageDataset dataset;
  private final TrainingOptions options;
  private final ImageShape shape;
  private final int[] heldOut;
  private final int[] learnt;
  private final EpochOrder order;

  /**
   * Divides the images.
   *
   * @throws IllegalArgumentException if none would be left to learn from
   */
  TrainingImages(ImageDataset dataset, TrainingOptions options) {
    int heldOutCount = options.validation().images();
    TrainingOptions.require(
        heldOutCount < dataset.count(),
        "validation images",
        heldOutCount,
        "fewer than the data set has, " + dataset.count());
    this.dataset = dataset;
    this.options = options;
    this.shape = new ImageShape(dataset.channels(), dataset.height(), dataset.width());
    int[] shuffled = new EpochOrder(HELD_OUT_SEED, dataset.count()).order(0);
    this.heldOut = Arrays.copyOf(shuffled, heldOutCount);
    this.learnt = Arrays.copyOfRange(shuffled, heldOutCount, shuffled.length);
    Arrays.sort(learnt);
    this.order = new EpochOrder(options.seed(), learnt.length);
  }

  /** Returns the parts of an update's batch, whose sizes differ by one image at most. */
  List<TrainingBatch> batch(int step) {
    int size = options.batchSize();
    int[] indices =
        Arrays.stream(order.batch((long) step * size, size)).map(i -> learnt[i]).toArray();
    return parts(indices, options.microBatches(), options.seed(), step);
  }

  /**
   * Returns the images kept out of training, in parts no larger than those of a batch; none if
   * nothing is kept out.
   */
  List<TrainingBatch> heldOut() {
    int largest = ceilDiv(options.batchSize(), options.microBatches());
    return parts(heldOut, ceilDiv(heldOut.length, largest), HELD_OUT_SEED, 0);
  }

  private static int ceilDiv(int dividend, int divisor) {
    return (dividend + divisor - 1) / divisor;
  }

  private List<TrainingBatch> parts(int[] indices, int count, long seed, int step) {
    List<TrainingBatch> parts = new ArrayList<>();
    for (int part = 0; part < count; part++) {
      int from = (int) ((long) indices.length * part / count);
      int to = (int) ((long) indices.length * (part + 1) / count);
      float[] images = new float[(to - from) * dataset.size()];
      int[] labels = new int[to - from];
      for (int i = 0; i < labels.length; i++) {
        int index = indices[from + i];
        dataset.read(index, images, i * dataset.size());
        labels[i] = dataset.label(index);
      }
      parts.add(new TrainingBatch(images, labels, shape, seed, step, from, indices.length));
    }
    return parts;
  }
}
