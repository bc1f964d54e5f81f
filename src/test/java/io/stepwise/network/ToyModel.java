package io.stepwise.network;

import io.stepwise.diffusion.SchedulerConfig;
import io.stepwise.diffusion.StepMatrix;
import io.stepwise.diffusion.StepRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A model whose network is a line of arithmetic, run in Java: it executes every row as the real
 * kernel must, image by image, so that equal states give equal results to the last bit.
 *
 * <p>Tests disturb it through its hooks and read how many kernels are open.
 */
public final class ToyModel implements DenoisingModel {

  /** Called before each step of a batch, on the kernel's thread; may throw, or block. */
  @FunctionalInterface
  public interface Disturbance {

    void before(List<StepInput> batch);

    /** Returns what the kernel shall return in place of the right results. */
    default List<StepOutput> after(List<StepOutput> outputs) {
      return outputs;
    }
  }

  private final ModelDescription description;
  private final Runnable opening;
  private final Disturbance disturbance;
  private final String loadedDigest;
  private final double bias;
  private final AtomicInteger opened = new AtomicInteger();
  private final AtomicInteger closed = new AtomicInteger();

  private ToyModel(
      ModelDescription description, Runnable opening, Disturbance disturbance, double bias) {
    this(description, opening, disturbance, description.digest(), bias);
  }

  private ToyModel(
      ModelDescription description,
      Runnable opening,
      Disturbance disturbance,
      String loadedDigest,
      double bias) {
    this.description = description;
    this.opening = opening;
    this.disturbance = disturbance;
    this.loadedDigest = loadedDigest;
    this.bias = bias;
  }

  /** Returns an undisturbed model of three garments and "none", making images of 1 x 2 x 3. */
  public static ToyModel named(String name) {
    SchedulerConfig scheduler =
        SchedulerConfig.parse(Map.of("_class_name", "DDPMScheduler", "num_train_timesteps", 1000));
    List<String> labels = List.of("sneaker", "bag", "ankle boot");
    return of(
        new ModelDescription(
            name, "digest of " + name, new ImageShape(1, 2, 3), labels, true, scheduler));
  }

  public static ToyModel of(ModelDescription description) {
    return new ToyModel(description, () -> {}, batch -> {}, 0);
  }

  /** Returns another version of the model, whose network gives something else. */
  public ToyModel version(int number) {
    ModelDescription d = description;
    ModelDescription other =
        new ModelDescription(
            d.name(),
            d.digest() + ", version " + number,
            d.shape(),
            d.labels(),
            d.hasNoneLabel(),
            d.scheduler());
    return new ToyModel(other, opening, disturbance, 0.01 * number);
  }

  /** Returns the same model, whose kernels turn out to have loaded the weights of another. */
  public ToyModel loading(ToyModel other) {
    return new ToyModel(description, opening, disturbance, other.description.digest(), other.bias);
  }

  /** Returns the same model with something done whenever a kernel is opened. */
  public ToyModel opening(Runnable hook) {
    return new ToyModel(description, hook, disturbance, loadedDigest, bias);
  }

  /** Returns the same model with something done before each step. */
  public ToyModel disturbedBy(Disturbance hook) {
    return new ToyModel(description, opening, hook, loadedDigest, bias);
  }

  /** Returns the same model with the last result of each batch missing. */
  public ToyModel losingResults() {
    return disturbedBy(
        new Disturbance() {
          @Override
          public void before(List<StepInput> batch) {}

          @Override
          public List<StepOutput> after(List<StepOutput> outputs) {
            return outputs.subList(0, outputs.size() - 1);
          }
        });
  }

  /** Returns how many kernels were opened so far. */
  public int opened() {
    return opened.get();
  }

  /** Returns how many kernels are open. */
  public int open() {
    return opened.get() - closed.get();
  }

  @Override
  public ModelDescription description() {
    return description;
  }

  @Override
  public StepKernel openKernel(int threads) {
    opening.run();
    opened.incrementAndGet();
    return new Kernel();
  }

  /** Takes one step by plain arithmetic: the definition that {@link StepRow} states. */
  public static StepOutput step(StepInput input, int noneLabel) {
    return step(input, noneLabel, 0);
  }

  private static StepOutput step(StepInput input, int noneLabel, double bias) {
    StepRow row = input.row();
    StepMatrix m = row.m();
    int size = input.x().length;
    float[] noise = row.isNoisy() ? input.noise().draw(size) : new float[size];
    float[] x = new float[size];
    float[] history = new float[m.history() * size];
    float[] estimate = new float[size];
    for (int i = 0; i < size; i++) {
      double[] column = new double[m.columns()];
      column[0] = input.x()[i];
      column[1] = bias + guided(input, input.x()[i] * row.inputScale(), noneLabel);
      double denoised = row.p() * column[0] + row.q() * column[1];
      Double clip = row.clip();
      column[2] = clip == null ? denoised : Math.max(-clip, Math.min(clip, denoised));
      estimate[i] = (float) column[2];
      for (int k = 0; k < m.history(); k++) {
        column[3 + k] = input.history()[k * size + i];
      }
      x[i] = (float) (product(m, 0, column) + row.v() * noise[i]);
      for (int k = 0; k < m.history(); k++) {
        history[k * size + i] = (float) product(m, 1 + k, column);
      }
    }
    return new StepOutput(x, history, input.wantsDenoised() ? estimate : null);
  }

  private static double guided(StepInput input, double x, int noneLabel) {
    double out = network(x, input.row().timestep(), input.label());
    if (input.guidance() == 1) {
      return out;
    }
    double none = network(x, input.row().timestep(), noneLabel);
    return none + input.guidance() * (out - none);
  }

  private static double network(double x, double timestep, long label) {
    return 0.3 * x + 0.2 * Math.sin(0.01 * timestep) + 0.05 * label;
  }

  private static double product(StepMatrix m, int row, double[] column) {
    double sum = 0;
    for (int c = 0; c < m.columns(); c++) {
      sum += m.get(row, c) * column[c];
    }
    return sum;
  }

  private final class Kernel implements StepKernel {

    private final AtomicReference<@Nullable Thread> user = new AtomicReference<>();
    private boolean isOpen = true;

    @Override
    public String digest() {
      return loadedDigest;
    }

    @Override
    public List<StepOutput> run(List<StepInput> batch) {
      return alone(() -> outputs(batch));
    }

    private List<StepOutput> outputs(List<StepInput> batch) {
      if (!isOpen) {
        throw new IllegalStateException("kernel: closed (expected: open)");
      }
      disturbance.before(batch);
      List<StepOutput> outputs = new ArrayList<>();
      batch.forEach(input -> outputs.add(step(input, description.labels().size(), bias)));
      return disturbance.after(outputs);
    }

    @Override
    public void close() {
      alone(
          () -> {
            if (isOpen) {
              isOpen = false;
              closed.incrementAndGet();
            }
            return isOpen;
          });
    }

    /** Runs something that no other thread may run at the same time. */
    private <T> T alone(Supplier<T> action) {
      Thread other = user.compareAndExchange(null, Thread.currentThread());
      if (other != null) {
        throw new IllegalStateException(
            "thread: " + Thread.currentThread().getName() + " (expected: " + other.getName() + ")");
      }
      try {
        return action.get();
      } finally {
        user.set(null);
      }
    }
  }
}
