package io.stepwise.study;

import io.stepwise.diffusion.StepPlan;
import io.stepwise.network.BatchSampler;
import io.stepwise.network.ModelDescription;
import io.stepwise.network.StepKernel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * Draws samples and compares them with real images, once for each seed: as many samples of every
 * label, against as many test images. Confined to one thread.
 *
 * @param model what is drawn from
 * @param reference real images of the model's shape
 * @param options how samples are drawn
 */
public record SampleEvaluation(ModelDescription model, SampleReference reference, Options options) {

  /**
   * How to draw.
   *
   * @param plan the sampler
   * @param guidance classifier-free guidance, 1 for none
   * @param batchSize images of one network call, 1 or more
   */
  public record Options(StepPlan plan, double guidance, int batchSize) {}

  /**
   * Draws and compares.
   *
   * @param onImages told how many images were drawn since it was last told
   */
  public SampleReport run(StepKernel kernel, IntConsumer onImages) {
    List<SampleQuality> quality = new ArrayList<>();
    List<float[]> drawn = new ArrayList<>();
    double[] agreements = new double[reference.size().seeds()];
    int[] labels = labels(model, reference.size().images());
    for (int s = 0; s < agreements.length; s++) {
      List<float[]> samples = draw(kernel, model, options, reference.seed(s), labels, onImages);
      drawn.addAll(samples);
      Classifier.Reading read = reference.read(samples);
      agreements[s] = Classifier.agreement(read.labels(), labels);
      quality.add(reference.quality(read, s));
    }
    return new SampleReport(
        SampleQuality.spreads(quality),
        SampleQuality.spreads(reference.floors()),
        model.labels().isEmpty() ? Optional.empty() : Optional.of(Spread.of(agreements)),
        reference.testAccuracy(),
        reference.memory(drawn));
  }

  /** Returns the labels asked for, each as often as the others; 0 without labels. */
  static int[] labels(ModelDescription model, int images) {
    int count = Math.max(1, model.labels().size());
    return IntStream.range(0, images).map(i -> i % count).toArray();
  }

  /** Draws an image of each label, clipped to [-1, 1]. */
  static List<float[]> draw(
      StepKernel kernel,
      ModelDescription model,
      Options options,
      long seed,
      int[] labels,
      IntConsumer onImages) {
    List<float[]> samples = new ArrayList<>();
    for (int from = 0; from < labels.length; from += options.batchSize()) {
      int count = Math.min(options.batchSize(), labels.length - from);
      List<BatchSampler.Request> requests = new ArrayList<>();
      for (int i = from; i < from + count; i++) {
        requests.add(new BatchSampler.Request(seed, i, labels[i], options.guidance()));
      }
      BatchSampler.sample(kernel, options.plan(), model.shape(), requests).stream()
          .map(Pixels::clipped)
          .forEach(samples::add);
      onImages.accept(count);
    }
    return samples;
  }
}
