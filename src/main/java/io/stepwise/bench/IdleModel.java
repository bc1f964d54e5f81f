package io.stepwise.bench;

import io.stepwise.diffusion.SchedulerConfig;
import io.stepwise.network.DenoisingModel;
import io.stepwise.network.ImageShape;
import io.stepwise.network.ModelDescription;
import io.stepwise.network.StepInput;
import io.stepwise.network.StepKernel;
import io.stepwise.network.StepOutput;
import java.util.List;
import java.util.Map;

/** A model that does nothing: every step returns the state that it was given. */
final class IdleModel implements DenoisingModel {

  private static final ModelDescription DESCRIPTION =
      new ModelDescription(
          "idle",
          "",
          new ImageShape(1, 2, 2),
          List.of(),
          false,
          SchedulerConfig.parse(Map.of(), "ddim"));

  @Override
  public ModelDescription description() {
    return DESCRIPTION;
  }

  @Override
  public StepKernel openKernel(int threads) {
    return new StepKernel() {
      @Override
      public String digest() {
        return DESCRIPTION.digest();
      }

      @Override
      public List<StepOutput> run(List<StepInput> batch) {
        return batch.stream().map(input -> new StepOutput(input.x(), input.history())).toList();
      }

      @Override
      public void close() {}
    };
  }
}
