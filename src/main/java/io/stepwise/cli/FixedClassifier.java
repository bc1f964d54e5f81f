package io.stepwise.cli;

import io.stepwise.data.ImageDataset;
import io.stepwise.network.ClassifierNetwork;
import io.stepwise.network.ImageShape;
import io.stepwise.network.ModelFiles;
import io.stepwise.network.ModuleDefinition;
import io.stepwise.network.Safetensors;
import io.stepwise.network.TensorData;
import io.stepwise.study.Classifier;
import io.stepwise.study.ClassifierTraining;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/**
 * The weights of the classifier that samples are compared by, and their digest, with which two
 * evaluations say whether their distances compare.
 *
 * @param shape shape of the images
 * @param classes number of labels
 * @param weights a value for each parameter, by dotted name
 * @param digest SHA-256 of the file in lower-case hex
 */
record FixedClassifier(
    ImageShape shape, int classes, Map<String, TensorData> weights, String digest) {

  private static final String SHIPPED = "/classifiers/fashion-mnist.safetensors";

  /**
   * Reads a classifier for a data set.
   *
   * @param file its weights; null for the shipped one's
   * @throws IllegalArgumentException if it is for other images or labels
   * @throws io.stepwise.network.ModelFolderException if they cannot be read
   */
  static FixedClassifier read(@Nullable Path file, ImageDataset dataset) throws IOException {
    Path path = file == null ? ModelLibrary.resource(SHIPPED) : file;
    ImageShape shape = new ImageShape(dataset.channels(), dataset.height(), dataset.width());
    int classes = dataset.labelNames().size();
    Map<String, TensorData> weights = Safetensors.read(path);
    if (classes < 2 || !fits(weights, ClassifierNetwork.define(shape, classes))) {
      throw new IllegalArgumentException(
          ("--classifier: %s (expected: weights for %s and %d labels, 2 or more; --train-classifier"
                  + " makes them)")
              .formatted(path, shape, classes));
    }
    return new FixedClassifier(shape, classes, weights, ModelFiles.sha256(path));
  }

  private static boolean fits(Map<String, TensorData> weights, ModuleDefinition network) {
    return weights.keySet().equals(network.parameters().keySet())
        && network.parameters().entrySet().stream()
            .allMatch(
                entry ->
                    Arrays.equals(
                        entry.getValue(),
                        Objects.requireNonNull(weights.get(entry.getKey())).shape()));
  }

  /** Opens it on the calling thread. */
  Classifier open(int threads) {
    return new Classifier(shape, classes, weights, threads);
  }

  /** Trains a classifier, writes its weights and prints its accuracy on test images. */
  static void train(
      ImageDataset training, ImageDataset test, int threads, Path file, CommandSpec spec)
      throws IOException {
    Map<String, TensorData> weights;
    try (ClassifierTraining run =
            new ClassifierTraining(training, ClassifierTraining.Options.DEFAULT, threads);
        ProgressBar bar = Terminal.progressBar("classifier", " updates", 1)) {
      bar.maxHint(run.updates());
      weights = run.train(bar::stepTo);
    }
    Safetensors.write(file, weights);
    FixedClassifier trained = read(file, test);
    List<float[]> images = IntStream.range(0, test.count()).mapToObj(test::image).toList();
    int[] labels = IntStream.range(0, test.count()).map(test::label).toArray();
    try (Classifier classifier = trained.open(threads)) {
      PrintWriter out = spec.commandLine().getOut();
      out.printf(
          Locale.ROOT,
          "%s: test accuracy %.4f, digest %s%n",
          file,
          Classifier.agreement(classifier.read(images).labels(), labels),
          trained.digest());
      out.flush();
    }
  }
}
