package io.stepwise.study;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import io.stepwise.data.EpochOrder;
import io.stepwise.data.ImageDataset;
import io.stepwise.diffusion.NormalStream;
import io.stepwise.network.ClassifierNetwork;
import io.stepwise.network.ImageShape;
import io.stepwise.network.ModuleDefinition;
import io.stepwise.network.NetworkInitializer;
import io.stepwise.network.TensorData;
import io.stepwise.network.TorchModule;
import io.stepwise.network.TorchRuntime;
import io.stepwise.training.AdamW;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntConsumer;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * Trains a {@link ClassifierNetwork} on labelled images: cross-entropy, AdamW, a learning rate that
 * falls along half a cosine, and images mirrored at random. The weights are a function of the data
 * set, the options and the number of threads.
 *
 * <p>Confined to the thread that made it, whose native memory it owns until it is closed.
 */
public final class ClassifierTraining implements AutoCloseable {

  private static final double WEIGHT_DECAY = 0.02;
  private static final double MAX_GRADIENT_NORM = 5;
  private static final int MIRROR_STREAM = 0;
  private static final int DROPOUT_STREAM = 1;

  /**
   * How long and how fast to train.
   *
   * @param epochs passes over the images, 1 or more
   * @param batchSize images of an update, 1 or more
   * @param learningRate of the first update, above 0
   * @param seed of the first weights, the order, the mirroring and the dropout
   */
  public record Options(int epochs, int batchSize, double learningRate, long seed) {

    /** What the shipped classifier was trained with. */
    public static final Options DEFAULT = new Options(8, 64, 1.5e-3, 1);
  }

  private final ImageDataset dataset;
  private final Options options;
  private final ModuleDefinition definition;
  private final TorchModule module;
  private final AdamW optimizer;
  private final EpochOrder order;

  /**
   * Begins with random weights.
   *
   * @param dataset labelled images
   * @param threads native threads for the calling thread
   * @throws IllegalArgumentException if the images have no labels or cannot be halved twice
   */
  public ClassifierTraining(ImageDataset dataset, Options options, int threads) {
    Classifier.requireLabels(dataset);
    this.dataset = dataset;
    this.options = options;
    this.definition =
        ClassifierNetwork.define(Classifier.shape(dataset), dataset.labelNames().size());
    TorchRuntime.prepareThread(threads);
    this.module =
        TorchModule.load(
            definition, NetworkInitializer.initialize(definition, options.seed()), Device.cpu());
    this.optimizer =
        new AdamW(module.manager(), module.parameters(true), WEIGHT_DECAY, MAX_GRADIENT_NORM);
    this.order = new EpochOrder(options.seed(), dataset.count());
  }

  /** Returns the number of updates of the whole training. */
  public int updates() {
    long images = (long) options.epochs() * dataset.count();
    return Math.toIntExact((images + options.batchSize() - 1) / options.batchSize());
  }

  /**
   * Trains to the end.
   *
   * @param onUpdate told the number of each update made, from 1
   * @return the weights by dotted name
   */
  public Map<String, TensorData> train(IntConsumer onUpdate) {
    int updates = updates();
    for (int update = 0; update < updates; update++) {
      backward(update);
      double rate = options.learningRate() * (1 + Math.cos(Math.PI * update / updates)) / 2;
      optimizer.update(update + 1, rate);
      onUpdate.accept(update + 1);
    }
    return weights();
  }

  @Override
  public void close() {
    module.close();
  }

  private void backward(int update) {
    int size = options.batchSize();
    int[] indices = order.batch((long) update * size, size);
    ImageShape shape = Classifier.shape(dataset);
    int classes = dataset.labelNames().size();
    UniformRandomProvider mirror = new NormalStream(options.seed(), MIRROR_STREAM, update).random();
    TorchRuntime.seedDropout(
        new NormalStream(options.seed(), DROPOUT_STREAM, update).random().nextInt());
    float[] images = new float[size * shape.size()];
    float[] targets = new float[size * classes];
    for (int i = 0; i < size; i++) {
      dataset.read(indices[i], images, i * shape.size());
      targets[i * classes + dataset.label(indices[i])] = -1f / size;
      if (mirror.nextBoolean()) {
        mirror(images, i * shape.size(), shape);
      }
    }
    JniUtils.setGradMode(true);
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      NDManager manager = module.manager();
      NDArray output =
          module.runTraining(
              manager.create(
                  images, new Shape(size, shape.channels(), shape.height(), shape.width())));
      NDArray logits = output.get(":, " + ClassifierNetwork.FEATURES + ":");
      NDArray loss =
          logits.logSoftmax(1).mul(manager.create(targets, new Shape(size, classes))).sum();
      NDArray one = manager.full(new Shape(), 1f);
      JniUtils.backward((PtNDArray) loss, (PtNDArray) one, false, false);
    } finally {
      JniUtils.setGradMode(false);
    }
  }

  /** Mirrors one image from left to right in place. */
  static void mirror(float[] images, int offset, ImageShape shape) {
    int width = shape.width();
    for (int row = 0; row < shape.channels() * shape.height(); row++) {
      int from = offset + row * width;
      for (int i = 0; i < width / 2; i++) {
        float left = images[from + i];
        images[from + i] = images[from + width - 1 - i];
        images[from + width - 1 - i] = left;
      }
    }
  }

  private Map<String, TensorData> weights() {
    Map<String, NDArray> arrays = module.parameters(false);
    Map<String, TensorData> weights = new LinkedHashMap<>();
    definition
        .parameters()
        .forEach(
            (name, shape) -> {
              String attribute = ModuleDefinition.attribute(name);
              NDArray array = Objects.requireNonNull(arrays.get(attribute), attribute);
              weights.put(name, new TensorData(shape, array.toFloatArray()));
            });
    return weights;
  }
}
