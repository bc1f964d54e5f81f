package io.stepwise.bench;

import io.stepwise.diffusion.NormalStream;
import io.stepwise.diffusion.StepPlan;
import io.stepwise.network.DenoisingModel;
import io.stepwise.network.ModelDescription;
import io.stepwise.network.StepInput;
import io.stepwise.network.StepKernel;
import java.util.ArrayList;
import java.util.List;

/**
 * One model's kernel with nothing around it, taking steps of one batch over and over. Confined to
 * the thread that opened it.
 */
final class KernelLoop implements AutoCloseable {

  /** Steps of the plan from which a batch's images take theirs in turn. */
  private static final int STEPS = 20;

  private final ModelDescription description;
  private final StepPlan plan;
  private final StepKernel kernel;

  KernelLoop(DenoisingModel model, int threads) {
    this.description = model.description();
    this.plan = description.scheduler().plan(STEPS, null);
    this.kernel = model.openKernel(threads);
  }

  /** Returns images at different steps, as in a batch of the service. */
  List<StepInput> batch(int size) {
    int values = description.shape().size();
    List<StepInput> batch = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      int step = i % plan.steps();
      batch.add(
          new StepInput(
              plan.rows().get(step),
              new NormalStream(1, i, 0).draw(values),
              new float[plan.history() * values],
              new NormalStream(1, i, step + 1),
              0,
              1));
    }
    return batch;
  }

  void step(List<StepInput> batch) {
    kernel.run(batch);
  }

  @Override
  public void close() {
    kernel.close();
  }
}
