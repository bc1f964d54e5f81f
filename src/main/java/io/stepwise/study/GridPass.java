package io.stepwise.study;

import io.stepwise.data.EpochOrder;
import io.stepwise.data.ImageDataset;
import io.stepwise.diffusion.Denoiser;
import io.stepwise.diffusion.LikelihoodGrid;
import io.stepwise.diffusion.LogVarianceBounds;
import io.stepwise.diffusion.NormalStream;
import io.stepwise.diffusion.PixelBins;
import io.stepwise.diffusion.PixelCost;
import io.stepwise.diffusion.ReverseStep;
import io.stepwise.diffusion.StepMatrix;
import io.stepwise.diffusion.StepRow;
import io.stepwise.network.ModelDescription;
import io.stepwise.network.StepInput;
import io.stepwise.network.StepKernel;
import io.stepwise.network.StepOutput;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * One pass over a grid: every image at every node with one draw of noise, through the step kernel,
 * whose estimate of the clean image is clipped to [-1, 1]. That never raises an error, and the
 * clipped model is as valid as the unclipped one.
 *
 * @param model what is asked
 * @param grid the noise levels
 * @param images how many images of a data set, in a random order that the seed fixes
 * @param withLabels whether the network is told each image's own label, not "none"
 * @param seed of the order and the noise
 * @param batchSize images of one network call
 */
public record GridPass(
    ModelDescription model,
    LikelihoodGrid grid,
    int images,
    boolean withLabels,
    long seed,
    int batchSize) {

  private static final StepMatrix NOISE_ONLY = StepMatrix.of(new double[] {0, 0, 0});

  /** The first draw of noise that no sample begins with, so that both may share a seed. */
  private static final int FIRST_STREAM = 1 << 20;

  /**
   * What a pass found.
   *
   * @param errors squared errors at nodes 1 to N
   * @param pixels levels of each image's pixels
   * @param states each image at node 0 by alpha there
   * @param estimates the network's estimate of each image at node 0
   */
  record Result(
      GridErrors errors, List<int[]> pixels, List<float[]> states, List<float[]> estimates) {

    int images() {
      return pixels.size();
    }

    int[] levels(int image) {
      return pixels.get(image);
    }

    float[] firstState(int image) {
      return states.get(image);
    }

    float[] firstEstimate(int image) {
      return estimates.get(image);
    }
  }

  /** Checks the number of images. */
  public GridPass {
    if (images < 1) {
      throw new IllegalArgumentException("images: " + images + " (expected: >= 1)");
    }
  }

  /** Returns how many images the network sees in a pass. */
  public long evaluations() {
    return (long) images * (grid.steps() + 1);
  }

  boolean learnsVariance() {
    return model.scheduler().learnsVariance();
  }

  Result run(StepKernel kernel, ImageDataset dataset, IntConsumer onEvaluations) {
    int[] order = new EpochOrder(seed, dataset.count()).order(0);
    int doublings = Integer.numberOfTrailingZeros(grid.steps()) + 1;
    Result result =
        new Result(
            new GridErrors(grid, images, doublings),
            new ArrayList<>(),
            new ArrayList<>(),
            new ArrayList<>());
    Denoiser denoiser = model.scheduler().denoiser();
    List<StepRow> rows =
        IntStream.rangeClosed(0, grid.steps()).mapToObj(node -> row(denoiser, node)).toList();
    for (int i = 0; i < images; i++) {
      float[] image = dataset.image(order[i]);
      result.pixels.add(PixelBins.levels(image));
      for (int from = 0; from <= grid.steps(); from += batchSize) {
        int count = Math.min(batchSize, grid.steps() + 1 - from);
        evaluate(
            kernel,
            result,
            i,
            image,
            label(dataset.label(order[i])),
            from,
            rows.subList(from, from + count));
        onEvaluations.accept(count);
      }
    }
    return result;
  }

  private void evaluate(
      StepKernel kernel,
      Result result,
      int image,
      float[] clean,
      long label,
      int from,
      List<StepRow> rows) {
    int count = rows.size();
    List<StepInput> batch = new ArrayList<>();
    for (int node = from; node < from + count; node++) {
      float[] noise = new NormalStream(seed, image, FIRST_STREAM + node).draw(clean.length);
      float[] state = new float[clean.length];
      double alpha = grid.alpha(node);
      double sigma = grid.sigma(node);
      for (int j = 0; j < state.length; j++) {
        state[j] = (float) (alpha * clean[j] + sigma * noise[j]);
      }
      NormalStream draw = new NormalStream(seed, image, 2 * FIRST_STREAM + node);
      batch.add(new StepInput(rows.get(node - from), state, new float[0], draw, label, 1, true));
    }
    List<StepOutput> outputs = kernel.run(batch);
    for (int k = 0; k < count; k++) {
      StepOutput output = outputs.get(k);
      float[] denoised = output.denoised();
      if (denoised == null) {
        throw new IllegalStateException("denoised: none (expected: one for each input)");
      }
      int node = from + k;
      if (node == 0) {
        result.states.add(scaled(batch.get(k).x()));
        result.estimates.add(denoised);
      } else {
        result.errors.setError(image, node, Pixels.meanSquareDifference(clean, denoised));
        if (learnsVariance()) {
          addLearned(result, image, node, clean, output, batch.get(k).noise());
        }
      }
    }
  }

  /**
   * Returns the row that gives the clean estimate and, of a network with learned variance, a state
   * that is the fresh noise times exp(f), f being the network's share of the way between its
   * bounds.
   */
  private StepRow row(Denoiser denoiser, int node) {
    boolean learns = learnsVariance();
    return denoiser.row(
        grid.gamma(node), NOISE_ONLY, learns ? 1 : 0, learns ? new LogVarianceBounds(0, 2) : null);
  }

  /** Adds a node's terms to every number of steps that has it. */
  private void addLearned(
      Result result, int image, int node, float[] clean, StepOutput output, NormalStream draw) {
    float[] z = draw.draw(clean.length);
    float[] denoised = Objects.requireNonNull(output.denoised());
    int last = Integer.numberOfTrailingZeros(grid.steps());
    for (int doubling = 0; doubling <= last; doubling++) {
      int stride = grid.steps() >> doubling;
      if (node % stride != 0) {
        continue;
      }
      ReverseStep step = grid.step(node / stride, 1 << doubling);
      LogVarianceBounds bounds = step.logVarianceBounds();
      PixelCost.Function cost = step.cost();
      double sum = 0;
      for (int j = 0; j < clean.length; j++) {
        double share = z[j] == 0 ? 0 : Math.log(output.x()[j] / z[j]);
        double logVariance = bounds.low() + share * (bounds.high() - bounds.low());
        sum += cost.of(clean[j], denoised[j], logVariance).nats();
      }
      result.errors.addLearned(image, doubling, sum / clean.length);
    }
  }

  private long label(int own) {
    boolean mustTell = !model.labels().isEmpty() && !model.hasNoneLabel();
    return (withLabels || mustTell) && own >= 0 ? own : model.noneLabel();
  }

  private float[] scaled(float[] state) {
    float[] scaled = new float[state.length];
    double alpha = grid.alpha(0);
    for (int j = 0; j < state.length; j++) {
      scaled[j] = (float) (state[j] / alpha);
    }
    return scaled;
  }
}
