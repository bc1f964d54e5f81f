package io.stepwise.study;

import io.stepwise.data.EpochOrder;
import io.stepwise.data.ImageDataset;
import io.stepwise.network.ModelDescription;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * What all experiments of a study share. The classifier stays its opener's, on whose thread
 * everything is measured.
 *
 * @param training training images
 * @param test test images
 * @param classifier the fixed classifier
 * @param classifierDigest SHA-256 of its weights
 * @param seed first seed of everything that is drawn
 * @param batchSize images of one network call, 1 or more
 * @param threads native threads
 * @param onEvaluations told how many images a network has seen since it was last told
 */
public record StudyMaterial(
    ImageDataset training,
    ImageDataset test,
    Classifier classifier,
    String classifierDigest,
    long seed,
    int batchSize,
    int threads,
    IntConsumer onEvaluations) {

  /** Returns so many test images in an order that the seed fixes, each [C, H, W] row-major. */
  List<float[]> testImages(int count) {
    return testIndexes(count).mapToObj(test::image).toList();
  }

  /** Returns what a network is told of those test images. */
  long[] testClasses(int count, ModelDescription model) {
    return testIndexes(count)
        .mapToLong(i -> model.labels().isEmpty() ? 0 : test.label(i))
        .toArray();
  }

  /** Returns the mean square difference of two independent test images. */
  double independentDifference(int count) {
    List<float[]> images = testImages(count);
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += Pixels.meanSquareDifference(images.get(i), images.get((i + 1) % count));
    }
    return sum / count;
  }

  private IntStream testIndexes(int count) {
    return Arrays.stream(new EpochOrder(seed, test.count()).order(0)).limit(count);
  }
}
