package io.stepwise.cluster;

import io.stepwise.network.DenoisingModel;
import io.stepwise.network.ModelDescription;
import io.stepwise.network.StepInput;
import io.stepwise.network.StepKernel;
import io.stepwise.network.StepOutput;
import java.util.List;
import java.util.concurrent.Semaphore;

/** A model whose batches have to pass a gate, one permit each. */
record GatedModel(DenoisingModel model, Semaphore gate) implements DenoisingModel {

  @Override
  public ModelDescription description() {
    return model.description();
  }

  @Override
  public StepKernel openKernel(int threads) {
    StepKernel kernel = model.openKernel(threads);
    return new StepKernel() {
      @Override
      public String digest() {
        return kernel.digest();
      }

      @Override
      public List<StepOutput> run(List<StepInput> batch) {
        gate.acquireUninterruptibly();
        return kernel.run(batch);
      }

      @Override
      public void close() {
        kernel.close();
      }
    };
  }
}
