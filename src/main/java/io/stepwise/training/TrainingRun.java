package io.stepwise.training;

import ai.djl.ndarray.NDArray;
import io.stepwise.data.ImageDataset;
import io.stepwise.diffusion.NormalStream;
import io.stepwise.diffusion.SchedulerConfig;
import io.stepwise.family.LabelDropout;
import io.stepwise.family.Networks;
import io.stepwise.family.Objective;
import io.stepwise.family.TrainingBatch;
import io.stepwise.network.ImageShape;
import io.stepwise.network.NetworkClass;
import io.stepwise.network.NetworkWeights;
import io.stepwise.network.TensorData;
import io.stepwise.network.TorchRuntime;
import io.stepwise.network.UNetConfig;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.commons.rng.UniformRandomProvider;
import org.jspecify.annotations.Nullable;

/**
 * A training between two updates: the networks, their moving averages and the optimizers, in native
 * memory that it owns until it is closed.
 *
 * <p>An update is a function of the state and the options alone, so a run that is continued from a
 * checkpoint has the losses of the unbroken run, bit for bit, on the same machine with the same
 * number of threads. Confined to the thread that made it.
 */
public final class TrainingRun implements AutoCloseable {

  private static final String WEIGHTS = "weights";
  private static final String AVERAGE = "average";
  private static final String FIRST_MOMENTS = "first_moments";
  private static final String SECOND_MOMENTS = "second_moments";
  private static final String OBJECTIVES = "objectives";

  /** Beside the streams that objectives draw from. */
  private static final int DROPOUT_STREAM = Integer.MAX_VALUE - TrainingBatch.STREAMS;

  private final TrainingOptions options;
  private final String datasetDigest;
  private final TrainingImages images;
  private final TrainedNetworks networks;
  private final Optimization optimization;
  private final MovingAverage average;
  private final Map<String, Map<String, NDArray>> groups = new LinkedHashMap<>();
  private int step;
  private double seconds;
  private @Nullable ValidationLoss best;

  private TrainingRun(
      TrainingOptions options,
      ImageDataset dataset,
      String datasetDigest,
      Map<String, Map<String, TensorData>> weights) {
    List<Objective> objectives = objectives(options, dataset);
    this.options = options;
    this.datasetDigest = datasetDigest;
    this.images = new TrainingImages(dataset, options);
    this.networks = new TrainedNetworks(options.networks(), weights);
    this.average =
        new MovingAverage(
            networks.manager(), networks.parameters(), networks.averages(), options.averageDecay());
    this.optimization = new Optimization(networks, objectives, options);
    groups.put(WEIGHTS, networks.parameters());
    groups.put(AVERAGE, networks.averages());
    groups.put(FIRST_MOMENTS, optimization.firstMoments());
    groups.put(SECOND_MOMENTS, optimization.secondMoments());
  }

  /**
   * Begins a training with random weights.
   *
   * @param threads native threads for the calling thread
   * @throws IllegalArgumentException if the networks do not fit the data
   */
  public static TrainingRun begin(TrainingOptions options, ImageDataset dataset, int threads) {
    TorchRuntime.prepareThread(threads);
    return new TrainingRun(
        options,
        dataset,
        dataset.digest(),
        TrainedNetworks.initialize(options.networks(), options.seed()));
  }

  /**
   * Begins a training with the weights of trained networks; optimizers and moving averages begin
   * anew.
   *
   * @param trained the options' networks by name, but for the ends of a noise schedule; copied
   * @param threads native threads for the calling thread
   * @throws IllegalArgumentException if the networks do not fit the data
   * @throws io.stepwise.network.NetworkException if the weights do not fit the networks
   */
  public static TrainingRun beginFrom(
      Map<String, NetworkWeights> trained,
      TrainingOptions options,
      ImageDataset dataset,
      int threads) {
    TorchRuntime.prepareThread(threads);
    Map<String, Map<String, TensorData>> weights =
        TrainedNetworks.initialize(options.networks(), options.seed());
    weights.keySet().retainAll(Set.of(Networks.ENDS)); // which no model has
    trained.forEach((name, network) -> weights.put(name, network.weights()));
    return new TrainingRun(options, dataset, dataset.digest(), weights);
  }

  /**
   * Continues a training where a checkpoint left it.
   *
   * @throws TrainingException if the data set is another one
   */
  static TrainingRun resume(Checkpoint checkpoint, ImageDataset dataset, int threads) {
    String digest = dataset.digest();
    if (!digest.equals(checkpoint.dataset())) {
      throw new TrainingException(
          "data set: "
              + digest
              + " (expected: "
              + checkpoint.dataset()
              + ", as in the checkpoint)");
    }
    TorchRuntime.prepareThread(threads);
    TrainingRun run =
        new TrainingRun(
            checkpoint.options(),
            dataset,
            digest,
            TrainedNetworks.initialize(checkpoint.options().networks(), 0));
    try {
      run.groups.forEach((group, arrays) -> run.restore(group, arrays, checkpoint.group(group)));
      run.optimization.restore(checkpoint.group(OBJECTIVES));
    } catch (RuntimeException | Error e) {
      run.close();
      throw e;
    }
    run.step = checkpoint.step();
    run.seconds = checkpoint.seconds();
    run.best = checkpoint.best();
    return run;
  }

  /**
   * Makes one update, and measures the loss on the images kept out of training if that is due.
   *
   * @throws TrainingException if a loss or its gradient is not finite; the weights that it would
   *     have changed are then as before, and the training is over
   */
  public TrainingStep update() {
    long begin = System.nanoTime();
    double rate = options.learningRate().at(step, options.steps());
    UniformRandomProvider dropout = new NormalStream(options.seed(), DROPOUT_STREAM, step).random();
    Optimization.Progress progress =
        optimization.update(step + 1, rate, images.batch(step), dropout);
    double loss = progress.loss();
    double norm = progress.gradientNorm();
    average.update(step + 1);
    step++;
    double took = (System.nanoTime() - begin) / 1e9;
    seconds += took;
    if (!options.validation().isDue(step, options.steps())) {
      return new TrainingStep(step, loss, norm, rate, took, null, false);
    }
    double validationLoss = optimization.averagedLoss(images.heldOut());
    boolean isBest = best == null || validationLoss < best.loss();
    if (isBest) {
      best = new ValidationLoss(step, validationLoss);
    }
    return new TrainingStep(step, loss, norm, rate, took, validationLoss, isBest);
  }

  /** Returns the number of updates made. */
  public int step() {
    return step;
  }

  /** Returns the time spent on updates, over all sessions of the training. */
  public double seconds() {
    return seconds;
  }

  /** Returns the lowest loss on the images kept out of training, if it was ever measured. */
  public Optional<ValidationLoss> best() {
    return Optional.ofNullable(best);
  }

  /** Returns the training's options. */
  public TrainingOptions options() {
    return options;
  }

  /** Returns the digest of the data set. */
  public String datasetDigest() {
    return datasetDigest;
  }

  /** Returns a copy of the moving averages of the weights, by the names of the networks. */
  public Map<String, NetworkWeights> averagedWeights() {
    return networks.averagedWeights();
  }

  /** Returns how many tensors it holds, which no update changes. */
  int tensorCount() {
    return networks.tensorCount();
  }

  Checkpoint checkpoint() {
    Map<String, TensorData> tensors = new LinkedHashMap<>();
    groups.forEach(
        (group, arrays) ->
            networks
                .copy(arrays)
                .forEach((name, tensor) -> tensors.put(group + "/" + name, tensor)));
    optimization.state().forEach((name, tensor) -> tensors.put(OBJECTIVES + "/" + name, tensor));
    return new Checkpoint(options, datasetDigest, step, seconds, best, tensors);
  }

  @Override
  public void close() {
    networks.close();
  }

  private void restore(String group, Map<String, NDArray> arrays, Map<String, TensorData> tensors) {
    try {
      networks.restore(arrays, tensors);
    } catch (TrainingException e) {
      throw new TrainingException("checkpoint: " + group + "/" + e.getMessage(), e);
    }
  }

  private static List<Objective> objectives(TrainingOptions options, ImageDataset dataset) {
    options.networks().forEach((name, config) -> requireFit(name, config, dataset));
    LabelDropout labels = new LabelDropout(dataset.labelNames().size(), options.labelDropout());
    return options
        .family()
        .objectives(
            options.networks(),
            SchedulerConfig.parse(options.scheduler()),
            labels,
            options.steps());
  }

  private static void requireFit(
      String name, Map<String, @Nullable Object> config, ImageDataset dataset) {
    NetworkClass.imageShape(config)
        .ifPresent(shape -> requireShape(name, shape, dataset, dataset.channels()));
    if (!NetworkClass.isUNet(config)) {
      return;
    }
    UNetConfig network = UNetConfig.parse(config);
    ImageShape shape = network.imageShape();
    int channels = name.equals(Networks.UNET) ? dataset.channels() : shape.channels();
    requireShape(name, shape, dataset, channels);
    Integer classes = network.classCount();
    int labels = dataset.labelNames().size();
    if (classes != null && classes != labels + 1) {
      throw new IllegalArgumentException(
          "%s: num_class_embeds: %d (expected: %d, the data set's labels and one for none)"
              .formatted(name, classes, labels + 1));
    }
  }

  private static void requireShape(
      String name, ImageShape shape, ImageDataset dataset, int channels) {
    ImageShape expected = new ImageShape(channels, dataset.height(), dataset.width());
    if (!shape.equals(expected)) {
      throw new IllegalArgumentException(
          name + ": " + shape + " (expected: " + expected + ", as the data set)");
    }
  }
}
