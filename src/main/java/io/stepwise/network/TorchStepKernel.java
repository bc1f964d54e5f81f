package io.stepwise.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.stepwise.diffusion.LogVarianceBounds;
import io.stepwise.diffusion.StepMatrix;
import io.stepwise.diffusion.StepRow;
import io.stepwise.network.KernelCode.Coefficient;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The step kernel on the native tensor library: stack, one network call, one clamp, one batched
 * matrix product, one noise add.
 *
 * <p>Plans with less history than others of the batch are padded with zeros, which stay zero. An
 * image with guidance other than 1 takes a second row of the network's input, behind those of the
 * batch.
 */
final class TorchStepKernel implements StepKernel {

  private final TorchModule network;
  private final TorchModule arithmetic;
  private final String digest;
  private final ImageShape shape;
  private final boolean learnsVariance;
  private final long noneLabel;
  private boolean isClosed;

  /**
   * Takes ownership of a network, also where it fails.
   *
   * @param digest of the weights that the network was loaded from
   * @param shape shape of the states
   * @param learnsVariance whether the network's output has a second half of variance channels
   * @param noneLabel class index of the unconditional evaluation that guidance needs
   */
  TorchStepKernel(
      TorchModule network,
      String digest,
      ImageShape shape,
      boolean learnsVariance,
      long noneLabel) {
    this.network = network;
    this.digest = digest;
    this.shape = shape;
    this.learnsVariance = learnsVariance;
    this.noneLabel = noneLabel;
    this.arithmetic = loadArithmetic(network);
  }

  private static TorchModule loadArithmetic(TorchModule network) {
    try {
      return KernelCode.load(network.manager().getDevice());
    } catch (RuntimeException e) {
      network.close();
      throw e;
    }
  }

  @Override
  public String digest() {
    return digest;
  }

  @Override
  public List<StepOutput> run(List<StepInput> batch) {
    return TorchRuntime.guard("a step of " + batch.size() + " images", () -> step(batch));
  }

  @Override
  public void close() {
    if (!isClosed) {
      try (network;
          arithmetic) {
        isClosed = true;
      }
    }
  }

  /** Returns how many native arrays are alive between two steps: weights, and no more. */
  int nativeArrayCount() {
    return network.manager().getManagedArrays().size()
        + arithmetic.manager().getManagedArrays().size();
  }

  private List<StepOutput> step(List<StepInput> batch) {
    int history = batch.stream().mapToInt(input -> input.row().m().history()).max().orElse(0);
    int size = batch.size();
    boolean shows = batch.stream().anyMatch(StepInput::wantsDenoised);
    try (NDManager manager = network.manager().newSubManager()) {
      NDArray state =
          manager.create(states(batch, history), new Shape(size, 1 + history, shape.size()));
      NDArray out = evaluate(manager, batch);
      NDArray next =
          arithmetic.runMethod(
              new KernelCode.Advance(learnsVariance, shows).method(),
              state,
              out,
              manager.create(unconditionalRows(batch)),
              manager.create(coefficients(batch), new Shape(size, Coefficient.COUNT)),
              manager.create(matrices(batch, history), new Shape(size, 1 + history, 3 + history)),
              manager.create(noise(batch), new Shape(size, shape.size())));
      return split(next.toFloatArray(), batch, shows ? history + 1 : history);
    }
  }

  /** Runs the network once on all images and on the unconditional twins of the guided ones. */
  private NDArray evaluate(NDManager manager, List<StepInput> batch) {
    int size = batch.size();
    int[] guided = IntStream.range(0, size).filter(i -> isGuided(batch.get(i))).toArray();
    int[] rows = IntStream.concat(IntStream.range(0, size), Arrays.stream(guided)).toArray();
    long[] labels = new long[rows.length];
    float[] timesteps = new float[rows.length];
    for (int i = 0; i < rows.length; i++) {
      StepInput input = batch.get(rows[i]);
      labels[i] = i < size ? input.label() : noneLabel;
      timesteps[i] = (float) input.row().timestep();
    }
    float[] scales = new float[size];
    for (int i = 0; i < size; i++) {
      scales[i] = (float) batch.get(i).row().inputScale();
    }
    NDArray x =
        manager.create(
            states(batch, 0), new Shape(size, shape.channels(), shape.height(), shape.width()));
    NDArray input =
        arithmetic.runMethod(
            KernelCode.NETWORK_INPUT,
            x,
            manager.create(scales, new Shape(size, 1, 1, 1)),
            manager.create(Arrays.stream(rows).asLongStream().toArray()));
    NDArray out = network.run(input, manager.create(timesteps), manager.create(labels));
    requireShape(out, rows.length);
    return out;
  }

  /** Throws where broadcasting would make something of an output that is none. */
  private void requireShape(NDArray out, int rows) {
    int channels = shape.channels() * (learnsVariance ? 2 : 1);
    Shape expected = new Shape(rows, channels, shape.height(), shape.width());
    if (!out.getShape().equals(expected) || out.getDataType() != DataType.FLOAT32) {
      throw new NetworkException(
          "output: %s %s (expected: %s %s)"
              .formatted(out.getDataType(), out.getShape(), DataType.FLOAT32, expected));
    }
  }

  private float[] states(List<StepInput> batch, int history) {
    int pixels = shape.size();
    float[] states = new float[batch.size() * (1 + history) * pixels];
    for (int i = 0; i < batch.size(); i++) {
      int offset = i * (1 + history) * pixels;
      System.arraycopy(batch.get(i).x(), 0, states, offset, pixels);
      if (history > 0) {
        float[] own = batch.get(i).history();
        System.arraycopy(own, 0, states, offset + pixels, own.length);
      }
    }
    return states;
  }

  private static long[] unconditionalRows(List<StepInput> batch) {
    long[] rows = new long[batch.size()];
    int next = batch.size();
    for (int i = 0; i < rows.length; i++) {
      rows[i] = isGuided(batch.get(i)) ? next++ : i;
    }
    return rows;
  }

  private static float[] coefficients(List<StepInput> batch) {
    float[] values = new float[batch.size() * Coefficient.COUNT];
    for (int i = 0; i < batch.size(); i++) {
      StepRow row = batch.get(i).row();
      Double clip = row.clip();
      LogVarianceBounds bounds = row.logVarianceBounds();
      int offset = i * Coefficient.COUNT;
      values[offset + Coefficient.P.column()] = (float) row.p();
      values[offset + Coefficient.Q.column()] = (float) row.q();
      values[offset + Coefficient.CLIP.column()] =
          clip == null ? Float.POSITIVE_INFINITY : clip.floatValue();
      values[offset + Coefficient.GUIDANCE.column()] = (float) batch.get(i).guidance();
      values[offset + Coefficient.V.column()] = (float) row.v();
      if (bounds != null) {
        values[offset + Coefficient.LOG_VARIANCE_LOW.column()] = (float) bounds.low();
        values[offset + Coefficient.LOG_VARIANCE_HIGH.column()] = (float) bounds.high();
      }
    }
    return values;
  }

  /** Returns the matrices, each in the upper left of its padded place. */
  private static float[] matrices(List<StepInput> batch, int history) {
    int columns = 3 + history;
    float[] values = new float[batch.size() * (1 + history) * columns];
    for (int i = 0; i < batch.size(); i++) {
      StepMatrix m = batch.get(i).row().m();
      for (int r = 0; r < m.rows(); r++) {
        for (int c = 0; c < m.columns(); c++) {
          values[(i * (1 + history) + r) * columns + c] = (float) m.get(r, c);
        }
      }
    }
    return values;
  }

  private float[] noise(List<StepInput> batch) {
    float[] noise = new float[batch.size() * shape.size()];
    for (int i = 0; i < batch.size(); i++) {
      if (batch.get(i).row().isNoisy()) {
        float[] z = batch.get(i).noise().draw(shape.size());
        System.arraycopy(z, 0, noise, i * shape.size(), z.length);
      }
    }
    return noise;
  }

  /** Cuts what the kernel gave, with so many tensors behind each x, into the images' shares. */
  private List<StepOutput> split(float[] next, List<StepInput> batch, int behind) {
    int pixels = shape.size();
    List<StepOutput> outputs = new ArrayList<>(batch.size());
    for (int i = 0; i < batch.size(); i++) {
      StepInput input = batch.get(i);
      int from = i * (1 + behind) * pixels;
      int own = input.row().m().history();
      int last = from + behind * pixels;
      outputs.add(
          new StepOutput(
              Arrays.copyOfRange(next, from, from + pixels),
              Arrays.copyOfRange(next, from + pixels, from + (1 + own) * pixels),
              input.wantsDenoised() ? Arrays.copyOfRange(next, last, last + pixels) : null));
    }
    return outputs;
  }

  private static boolean isGuided(StepInput input) {
    return input.guidance() != 1;
  }
}
