package io.stepwise.family;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.stepwise.diffusion.SchedulerConfig;
import io.stepwise.network.ImageShape;
import io.stepwise.network.TorchRuntime;
import java.util.Map;

/** Runs a family's objective on 4 x 4 images, with a network that is a formula of each pixel. */
record ObjectiveRun(FamilyOptions options, SchedulerConfig scheduler) {

  private static final ImageShape SHAPE = new ImageShape(1, 4, 4);

  /** A network's output at a pixel. */
  @FunctionalInterface
  interface PixelFormula {
    double output(double x, NoiseLevels.Level level);
  }

  static ObjectiveRun of(FamilyOptions options) {
    return new ObjectiveRun(options, SchedulerConfig.parse(options.family().scheduler()));
  }

  /** Returns the networks of a family that has one. */
  static Networks networks(Network network) {
    return new Networks(Map.of(Networks.UNET, network));
  }

  double loss(float[] images, PixelFormula formula) {
    TorchRuntime.prepareThread(1);
    int size = images.length / SHAPE.size();
    TrainingBatch batch = new TrainingBatch(images, new int[size], SHAPE, 11, 0, 0, size);
    Objective objective = options.objectives(Map.of(), scheduler, new LabelDropout(0, 0), 1).get(0);
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      Network network = inputs -> output(inputs[0], inputs[1], formula, manager);
      return objective.loss(networks(network), batch, manager).getFloat();
    }
  }

  private NDArray output(NDArray x, NDArray timesteps, PixelFormula formula, NDManager manager) {
    float[] pixels = x.toFloatArray();
    float[] times = timesteps.toFloatArray();
    NoiseLevels levels = levels();
    for (int i = 0; i < pixels.length; i++) {
      NoiseLevels.Level level = levels.at(fraction(times[i / SHAPE.size()]));
      pixels[i] = (float) formula.output(pixels[i], level);
    }
    return manager.create(pixels, x.getShape());
  }

  private NoiseLevels levels() {
    return switch (options.family()) {
      case DDPM -> new DiscreteLevels(scheduler.noiseSchedule());
      case FLOW -> FlowLevels.of(scheduler);
      case VDM -> VariationalLevels.of(scheduler);
      case CONSISTENCY, ONE_STEP, PSI_DIFFUSION, HIERARCHICAL_VAE, VAE, GAN ->
          throw new IllegalStateException("not trained on single levels");
    };
  }

  private double fraction(double timestep) {
    int timesteps = scheduler.trainTimesteps();
    return switch (options.family()) {
      case DDPM -> (timestep + 0.5) / timesteps;
      case FLOW -> timestep / timesteps;
      case VDM -> timestep / (timesteps - 1);
      case CONSISTENCY, ONE_STEP, PSI_DIFFUSION, HIERARCHICAL_VAE, VAE, GAN ->
          throw new IllegalStateException("not trained on single levels");
    };
  }
}
