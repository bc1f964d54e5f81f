package io.stepwise.training;

import io.stepwise.diffusion.SchedulerConfig;
import io.stepwise.diffusion.StepPlan;
import io.stepwise.image.FloatImage;
import io.stepwise.image.Png;
import io.stepwise.network.BatchSampler;
import io.stepwise.network.DenoisingModel;
import io.stepwise.network.ImageShape;
import io.stepwise.network.ModelDescription;
import io.stepwise.network.StepKernel;

/**
 * A {@link SampleGrid} in the making, one denoising step at a time. It owns a copy of the weights
 * until it is closed. Confined to the thread that made it.
 */
public final class SampleDrawing implements AutoCloseable {

  private static final int STEPS = 25;

  private final ImageShape shape;
  private final SampleSheet sheet;
  private final StepKernel kernel;
  private final BatchSampler sampler;

  /**
   * Begins a grid by a model.
   *
   * @param threads native threads for the calling thread
   * @throws io.stepwise.network.NetworkException if its weights cannot be loaded
   */
  public SampleDrawing(DenoisingModel model, SampleSheet sheet, int threads) {
    ModelDescription description = model.description();
    this.shape = description.imageShape();
    this.sheet = sheet;
    StepPlan plan = plan(description.scheduler());
    this.kernel = model.openKernel(threads);
    this.sampler = new BatchSampler(kernel, plan, description.shape(), sheet.requests());
  }

  /**
   * Ancestral sampling, the default of models of betas, needs more steps than this, unless the
   * model has no more.
   */
  private static StepPlan plan(SchedulerConfig scheduler) {
    boolean isSlow = scheduler.solver().equals("ddpm") && scheduler.trainTimesteps() > STEPS;
    SchedulerConfig quick = isSlow ? scheduler.withSolver("ddim") : scheduler;
    return quick.plan(Math.min(STEPS, scheduler.trainTimesteps()), null);
  }

  /** Draws a whole grid, all steps at once. */
  public static SampleGrid draw(DenoisingModel model, SampleSheet sheet, int threads) {
    try (SampleDrawing drawing = new SampleDrawing(model, sheet, threads)) {
      while (!drawing.isDone()) {
        drawing.step();
      }
      return drawing.grid();
    }
  }

  /** Returns whether the samples are finished. */
  boolean isDone() {
    return sampler.isDone();
  }

  /** Takes the next denoising step of all samples. */
  void step() {
    sampler.step();
  }

  /** Returns the samples as they are now. */
  SampleGrid grid() {
    FloatImage grid =
        sheet
            .layout()
            .draw(
                sampler.images().stream()
                    .map(x -> new FloatImage(shape.channels(), shape.height(), shape.width(), x))
                    .toList());
    return new SampleGrid(Png.encode(grid), grid.width(), grid.height(), grid.channels());
  }

  @Override
  public void close() {
    kernel.close();
  }
}
