package io.stepwise.network;

import io.stepwise.diffusion.NormalStream;
import io.stepwise.diffusion.StepPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Draws samples with one kernel on the calling thread, all images in step: for training grids and
 * for comparisons with the service, which mixes steps instead. Not thread safe.
 */
public final class BatchSampler {

  /**
   * One image to draw.
   *
   * @param seed seed of its noise
   * @param image index of the image under that seed
   * @param label class index, the one of "none" included
   * @param guidance classifier-free guidance, 1 for none
   */
  public record Request(long seed, int image, long label, double guidance) {}

  private final StepKernel kernel;
  private final StepPlan plan;
  private final List<Request> requests;
  private List<StepOutput> states = new ArrayList<>();
  private int step;

  /**
   * Begins with pure noise.
   *
   * @param kernel stays the caller's, on whose thread the steps are taken
   * @param shape shape of the states
   */
  public BatchSampler(StepKernel kernel, StepPlan plan, ImageShape shape, List<Request> requests) {
    this.kernel = kernel;
    this.plan = plan;
    this.requests = List.copyOf(requests);
    for (Request request : requests) {
      float[] x = new NormalStream(request.seed(), request.image(), 0).draw(shape.size());
      for (int i = 0; i < x.length; i++) {
        x[i] *= (float) plan.initialScale();
      }
      states.add(new StepOutput(x, new float[plan.history() * shape.size()]));
    }
  }

  /**
   * Returns the samples as images, each [C, H, W] row-major, float32, in the order of the requests.
   *
   * @param shape shape of the states
   */
  public static List<float[]> sample(
      StepKernel kernel, StepPlan plan, ImageShape shape, List<Request> requests) {
    BatchSampler sampler = new BatchSampler(kernel, plan, shape, requests);
    while (!sampler.isDone()) {
      sampler.step();
    }
    return sampler.images();
  }

  /** Returns whether all steps of the plan are taken. */
  public boolean isDone() {
    return step == plan.steps();
  }

  /** Takes the next step of all images. */
  public void step() {
    step(false);
  }

  /**
   * Takes the next step of all images and returns what it took for the clean ones, each [C, H, W]
   * row-major, float32, clipped as the row says, in the order of the requests.
   */
  public List<float[]> stepWithEstimates() {
    step(true);
    return states.stream().map(state -> Objects.requireNonNull(state.denoised())).toList();
  }

  private void step(boolean wantsDenoised) {
    List<StepInput> batch = new ArrayList<>();
    for (int i = 0; i < requests.size(); i++) {
      Request request = requests.get(i);
      batch.add(
          new StepInput(
              plan.rows().get(step),
              states.get(i).x(),
              states.get(i).history(),
              new NormalStream(request.seed(), request.image(), step + 1),
              request.label(),
              request.guidance(),
              wantsDenoised));
    }
    states = kernel.run(batch);
    step++;
  }

  /**
   * Returns what is drawn so far, each image [C, H, W] row-major, float32, in the order of the
   * requests.
   */
  public List<float[]> images() {
    return kernel.decode(states.stream().map(StepOutput::x).toList());
  }
}
