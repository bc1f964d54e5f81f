package io.stepwise.sampling;

import io.stepwise.network.DenoisingModel;
import io.stepwise.network.ImageShape;
import io.stepwise.network.ModelDescription;
import io.stepwise.network.StepInput;
import io.stepwise.network.StepKernel;
import io.stepwise.network.StepOutput;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;

/** A toy whose states of 1 x 2 x 3 are decoded to images of 1 x 4 x 6: halves, each four times. */
final class LatentToy implements DenoisingModel {

  private static final ImageShape IMAGE = new ImageShape(1, 4, 6);

  private final DenoisingModel model;
  private final List<Integer> calls = new CopyOnWriteArrayList<>();
  private final Queue<Error> failures = new ConcurrentLinkedQueue<>();

  LatentToy(DenoisingModel model) {
    this.model = model;
  }

  /** Returns how many states each call of the decoder was given. */
  List<Integer> calls() {
    return calls;
  }

  void failNextCall(Error failure) {
    failures.add(failure);
  }

  static float[] decoded(float[] state) {
    float[] image = new float[IMAGE.size()];
    for (int i = 0; i < image.length; i++) {
      image[i] = state[i / 12 * 3 + i % 6 / 2] / 2;
    }
    return image;
  }

  @Override
  public ModelDescription description() {
    ModelDescription d = model.description();
    return new ModelDescription(
        d.name(), d.digest(), d.shape(), IMAGE, d.labels(), d.hasNoneLabel(), d.scheduler());
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
        return kernel.run(batch);
      }

      @Override
      public List<float[]> decode(List<float[]> states) {
        calls.add(states.size());
        Error failure = failures.poll();
        if (failure != null) {
          throw failure;
        }
        return states.stream().map(LatentToy::decoded).toList();
      }

      @Override
      public void close() {
        kernel.close();
      }
    };
  }
}
