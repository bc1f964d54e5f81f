package io.stepwise.bench;

import io.stepwise.diffusion.SchedulerConfig;
import io.stepwise.network.DenoisingModel;
import io.stepwise.network.ImageShape;
import io.stepwise.network.ModelDescription;
import io.stepwise.network.StepInput;
import io.stepwise.network.StepKernel;
import io.stepwise.network.StepOutput;
import io.stepwise.sampling.ImageEncoder;
import java.util.List;
import java.util.Map;
import java.util.function.IntToLongFunction;

/**
 * A model that computes nothing: every step returns the state that it was given, after the time
 * that a network would have taken.
 */
final class IdleModel implements DenoisingModel {

  private static final ImageShape SMALL = new ImageShape(1, 2, 2);

  /** Makes nothing of its images. */
  static final ImageEncoder NO_FILES = (sample, shape, parameters) -> new byte[0];

  private final ModelDescription description;
  private final IntToLongFunction nanosOfRows;

  /** Makes a model whose steps take no time. */
  IdleModel() {
    this(SMALL, rows -> 0);
  }

  /**
   * Makes a model whose steps take their time.
   *
   * @param nanosOfRows what a step takes, by its network rows
   */
  IdleModel(IntToLongFunction nanosOfRows) {
    this(SMALL, nanosOfRows);
  }

  /**
   * Makes a model of a shape whose steps take their time.
   *
   * @param nanosOfRows what a step takes, by its network rows
   */
  IdleModel(ImageShape shape, IntToLongFunction nanosOfRows) {
    this.description =
        new ModelDescription(
            "idle", "", shape, List.of(), false, SchedulerConfig.parse(Map.of(), "ddim"));
    this.nanosOfRows = nanosOfRows;
  }

  @Override
  public ModelDescription description() {
    return description;
  }

  @Override
  public StepKernel openKernel(int threads) {
    return new StepKernel() {
      @Override
      public String digest() {
        return description.digest();
      }

      @Override
      public List<StepOutput> run(List<StepInput> batch) {
        Timing.waitUntil(System.nanoTime() + nanosOfRows.applyAsLong(batch.size()));
        return batch.stream().map(input -> new StepOutput(input.x(), input.history())).toList();
      }

      @Override
      public void close() {}
    };
  }
}
