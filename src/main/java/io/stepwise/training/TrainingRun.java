package io.stepwise.training;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import io.stepwise.data.ImageDataset;
import io.stepwise.diffusion.NormalStream;
import io.stepwise.diffusion.SchedulerConfig;
import io.stepwise.family.LabelDropout;
import io.stepwise.family.Objective;
import io.stepwise.family.TrainingBatch;
import io.stepwise.network.ImageShape;
import io.stepwise.network.ModuleDefinition;
import io.stepwise.network.NetworkInitializer;
import io.stepwise.network.TensorData;
import io.stepwise.network.TorchModule;
import io.stepwise.network.TorchRuntime;
import io.stepwise.network.UNet;
import io.stepwise.network.UNetConfig;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.rng.UniformRandomProvider;
import org.jspecify.annotations.Nullable;

/**
 * A training between two updates: the network, its moving average and the optimizer, in native
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

  /** Beside the streams that objectives draw from. */
  private static final int DROPOUT_STREAM = Integer.MAX_VALUE - TrainingBatch.STREAMS;

  private final TrainingOptions options;
  private final String datasetDigest;
  private final TrainingImages images;
  private final ModuleDefinition module;
  private final TorchModule network;
  private final TorchModule averagedNetwork;
  private final AdamW optimizer;
  private final MovingAverage average;
  private final Objective objective;
  private final Map<String, Map<String, NDArray>> groups = new LinkedHashMap<>();
  private int step;
  private double seconds;
  private @Nullable ValidationLoss best;

  private TrainingRun(
      TrainingOptions options,
      ImageDataset dataset,
      String datasetDigest,
      Map<String, TensorData> weights) {
    UNetConfig config = UNetConfig.parse(options.network());
    requireFit(config, dataset);
    this.options = options;
    this.datasetDigest = datasetDigest;
    this.images = new TrainingImages(dataset, options);
    this.objective = objective(options, config, dataset);
    this.module = UNet.define(config);
    this.network = TorchModule.load(module, weights, Device.cpu());
    this.averagedNetwork = TorchModule.load(module, weights, Device.cpu());
    Map<String, NDArray> parameters = network.parameters(true);
    Map<String, NDArray> averages = averagedNetwork.parameters(false);
    NDManager manager = network.manager();
    this.optimizer =
        new AdamW(manager, parameters, options.weightDecay(), options.maxGradientNorm());
    this.average = new MovingAverage(manager, parameters, averages, options.averageDecay());
    groups.put(WEIGHTS, parameters);
    groups.put(AVERAGE, averages);
    groups.put(FIRST_MOMENTS, optimizer.firstMoments());
    groups.put(SECOND_MOMENTS, optimizer.secondMoments());
  }

  /**
   * Begins a training with random weights.
   *
   * @param threads native threads for the calling thread
   * @throws IllegalArgumentException if the network does not fit the data
   */
  public static TrainingRun begin(TrainingOptions options, ImageDataset dataset, int threads) {
    ModuleDefinition module = UNet.define(UNetConfig.parse(options.network()));
    Map<String, TensorData> weights = NetworkInitializer.initialize(module, options.seed());
    return beginFrom(weights, options, dataset, threads);
  }

  /**
   * Begins a training with the weights of a trained network; the optimizer and the moving average
   * begin anew.
   *
   * @param weights a value for each parameter of the options' network, by dotted name; copied
   * @param threads native threads for the calling thread
   * @throws IllegalArgumentException if the network does not fit the data
   * @throws io.stepwise.network.NetworkException if the weights do not fit the network
   */
  public static TrainingRun beginFrom(
      Map<String, TensorData> weights, TrainingOptions options, ImageDataset dataset, int threads) {
    TorchRuntime.prepareThread(threads);
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
        new TrainingRun(checkpoint.options(), dataset, digest, checkpoint.group(WEIGHTS));
    for (String group : run.groups.keySet()) {
      run.restore(group, checkpoint.group(group));
    }
    run.step = checkpoint.step();
    run.seconds = checkpoint.seconds();
    run.best = checkpoint.best();
    return run;
  }

  /**
   * Makes one update, and measures the loss on the images kept out of training if that is due.
   *
   * @throws TrainingException if the loss or the gradient is not finite; the weights are then as
   *     before, and the training is over
   */
  public TrainingStep update() {
    long begin = System.nanoTime();
    double rate = options.learningRate().at(step, options.steps());
    double loss = 0;
    UniformRandomProvider dropout = new NormalStream(options.seed(), DROPOUT_STREAM, step).random();
    for (TrainingBatch part : images.batch(step)) {
      TorchRuntime.seedDropout(dropout.nextInt());
      loss += backward(part);
    }
    double norm = optimizer.update(step + 1, rate);
    average.update(step + 1);
    step++;
    double took = (System.nanoTime() - begin) / 1e9;
    seconds += took;
    if (!options.validation().isDue(step, options.steps())) {
      return new TrainingStep(step, loss, norm, rate, took, null, false);
    }
    double validationLoss = validate();
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

  /** Returns a copy of the moving average of the weights, by dotted name. */
  public Map<String, TensorData> averagedWeights() {
    return copy(groups.getOrDefault(AVERAGE, Map.of()));
  }

  /** Returns how many tensors it holds, which no update changes. */
  int tensorCount() {
    return network.manager().getManagedArrays().size()
        + averagedNetwork.manager().getManagedArrays().size();
  }

  Checkpoint checkpoint() {
    Map<String, TensorData> tensors = new LinkedHashMap<>();
    groups.forEach(
        (group, arrays) ->
            copy(arrays).forEach((name, tensor) -> tensors.put(group + "/" + name, tensor)));
    return new Checkpoint(options, datasetDigest, step, seconds, best, tensors);
  }

  @Override
  public void close() {
    averagedNetwork.close();
    network.close();
  }

  /** Adds a part's share of the gradient to the parameters' and returns its share of the loss. */
  private double backward(TrainingBatch part) {
    double share = (double) part.size() / part.wholeSize();
    JniUtils.setGradMode(true);
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      NDArray loss = objective.loss(network::runTraining, part, network.manager());
      double value = loss.getFloat();
      if (!Double.isFinite(value)) {
        throw new TrainingException(
            "loss: " + value + " at step " + (step + 1) + " (expected: a finite number)");
      }
      NDArray weight = network.manager().full(new Shape(), (float) share);
      JniUtils.backward((PtNDArray) loss, (PtNDArray) weight, false, false);
      return value * share;
    } finally {
      JniUtils.setGradMode(false);
    }
  }

  private double validate() {
    double loss = 0;
    for (TrainingBatch part : images.heldOut()) {
      try (NDScope scope = new NDScope()) {
        scope.suppressNotUsedWarning();
        NDArray value = objective.loss(averagedNetwork::run, part, averagedNetwork.manager());
        loss += value.getFloat() * (double) part.size() / part.wholeSize();
      }
    }
    return loss;
  }

  private void restore(String group, Map<String, TensorData> tensors) {
    Map<String, NDArray> arrays = groups.getOrDefault(group, Map.of());
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      for (String name : module.parameters().keySet()) {
        TensorData tensor = tensors.get(name);
        NDArray array = arrays.get(ModuleDefinition.attribute(name));
        if (tensor == null || array == null) {
          throw new TrainingException("checkpoint: " + group + "/" + name + ": missing");
        }
        array.set(
            new NDIndex("..."),
            network.manager().create(tensor.values(), new Shape(tensor.shape())));
      }
    }
  }

  private Map<String, TensorData> copy(Map<String, NDArray> arrays) {
    Map<String, TensorData> copies = new LinkedHashMap<>();
    for (Map.Entry<String, long[]> parameter : module.parameters().entrySet()) {
      NDArray array = arrays.get(ModuleDefinition.attribute(parameter.getKey()));
      if (array == null) {
        throw new IllegalStateException(parameter.getKey() + ": not a parameter of the module");
      }
      copies.put(parameter.getKey(), new TensorData(parameter.getValue(), array.toFloatArray()));
    }
    return copies;
  }

  private static Objective objective(
      TrainingOptions options, UNetConfig config, ImageDataset dataset) {
    SchedulerConfig scheduler = SchedulerConfig.parse(options.scheduler());
    int noneLabel = config.classCount() == null ? 0 : dataset.labelNames().size();
    return options
        .family()
        .objective(scheduler, new LabelDropout(noneLabel, options.labelDropout()), options.steps());
  }

  private static void requireFit(UNetConfig config, ImageDataset dataset) {
    ImageShape expected = new ImageShape(dataset.channels(), dataset.height(), dataset.width());
    if (!config.imageShape().equals(expected)) {
      throw new IllegalArgumentException(
          "network: " + config.imageShape() + " (expected: " + expected + ", as the data set)");
    }
    Integer classes = config.classCount();
    int labels = dataset.labelNames().size();
    if (classes != null && classes != labels + 1) {
      throw new IllegalArgumentException(
          "num_class_embeds: "
              + classes
              + " (expected: "
              + (labels + 1)
              + ", the data set's labels and one for none)");
    }
  }
}
