package io.stepwise.training;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import io.stepwise.data.EpochOrder;
import io.stepwise.data.ImageDataset;
import io.stepwise.diffusion.NormalStream;
import io.stepwise.diffusion.SchedulerConfig;
import io.stepwise.family.DenoisingObjective;
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

  /** Beyond the streams that objectives draw from. */
  private static final int DROPOUT_STREAM = 1000;

  private final TrainingOptions options;
  private final ImageDataset dataset;
  private final String datasetDigest;
  private final ModuleDefinition module;
  private final TorchModule network;
  private final AdamW optimizer;
  private final MovingAverage average;
  private final Objective objective;
  private final EpochOrder order;
  private final NDArray one;
  private final Map<String, Map<String, NDArray>> groups = new LinkedHashMap<>();
  private int step;
  private double seconds;

  private TrainingRun(
      TrainingOptions options,
      ImageDataset dataset,
      String datasetDigest,
      Map<String, TensorData> weights) {
    UNetConfig config = UNetConfig.parse(options.network());
    requireFit(config, dataset);
    this.options = options;
    this.dataset = dataset;
    this.datasetDigest = datasetDigest;
    this.module = UNet.define(config);
    this.network = TorchModule.load(module, weights, Device.cpu());
    Map<String, NDArray> parameters = network.parameters(true);
    NDManager manager = network.manager();
    this.optimizer =
        new AdamW(manager, parameters, options.weightDecay(), options.maxGradientNorm());
    this.average = new MovingAverage(manager, parameters, options.averageDecay());
    this.objective = objective(options, config, dataset);
    this.order = new EpochOrder(options.seed(), dataset.count());
    this.one = manager.full(new Shape(), 1f);
    groups.put(WEIGHTS, parameters);
    groups.put(AVERAGE, average.averages());
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
    return run;
  }

  /**
   * Makes one update.
   *
   * @throws TrainingException if the loss or the gradient is not finite; the weights are then as
   *     before
   */
  public TrainingStep update() {
    long begin = System.nanoTime();
    TrainingBatch batch = nextBatch();
    double rate = options.learningRate().at(step, options.steps());
    TorchRuntime.seedDropout(
        new NormalStream(options.seed(), DROPOUT_STREAM, step).random().nextInt());
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      double loss = backward(batch);
      double norm = optimizer.update(step + 1, rate);
      average.update(step + 1);
      step++;
      seconds += (System.nanoTime() - begin) / 1e9;
      return new TrainingStep(step, loss, norm, rate);
    }
  }

  /** Returns the number of updates made. */
  public int step() {
    return step;
  }

  /** Returns the time spent on updates, over all sessions of the training. */
  public double seconds() {
    return seconds;
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
    return copy(average.averages());
  }

  Checkpoint checkpoint() {
    Map<String, TensorData> tensors = new LinkedHashMap<>();
    groups.forEach(
        (group, arrays) ->
            copy(arrays).forEach((name, tensor) -> tensors.put(group + "/" + name, tensor)));
    return new Checkpoint(options, datasetDigest, step, seconds, tensors);
  }

  @Override
  public void close() {
    network.close();
  }

  private double backward(TrainingBatch batch) {
    JniUtils.setGradMode(true);
    try {
      NDArray loss = objective.loss(network, batch, network.manager());
      double value = loss.getFloat();
      if (!Double.isFinite(value)) {
        throw new TrainingException(
            "loss: " + value + " at step " + (step + 1) + " (expected: a finite number)");
      }
      JniUtils.backward((PtNDArray) loss, (PtNDArray) one, false, false);
      return value;
    } finally {
      JniUtils.setGradMode(false);
    }
  }

  private TrainingBatch nextBatch() {
    int[] indices = order.batch((long) step * options.batchSize(), options.batchSize());
    float[] images = new float[indices.length * dataset.size()];
    int[] labels = new int[indices.length];
    for (int i = 0; i < indices.length; i++) {
      dataset.read(indices[i], images, i * dataset.size());
      labels[i] = dataset.label(indices[i]);
    }
    ImageShape shape = new ImageShape(dataset.channels(), dataset.height(), dataset.width());
    return new TrainingBatch(images, labels, shape, options.seed(), step);
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
    return new DenoisingObjective(
        scheduler.noiseSchedule(), scheduler.prediction(), noneLabel, options.labelDropout());
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
