package io.stepwise.study;

import io.stepwise.data.ImageDataset;
import io.stepwise.diffusion.DiffusionTerms;
import io.stepwise.diffusion.GaussianDivergence;
import io.stepwise.diffusion.LikelihoodGrid;
import io.stepwise.diffusion.PixelBins;
import io.stepwise.diffusion.PixelLikelihood;
import io.stepwise.network.StepKernel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Measures a {@link BoundReport}: one pass over the grid for test images, and one for as many
 * training images, to which the variances and the decoder's deviation are fitted.
 */
public final class LikelihoodBound {

  private LikelihoodBound() {}

  /**
   * Measures the bound.
   *
   * @param pass how the network is asked
   * @param onEvaluations told how many images the network has seen since it was last told; twice
   *     {@link GridPass#evaluations} in all
   */
  public static BoundReport measure(
      StepKernel kernel,
      GridPass pass,
      ImageDataset training,
      ImageDataset test,
      IntConsumer onEvaluations) {
    GridPass.Result fitted = pass.run(kernel, training, onEvaluations);
    GridPass.Result measured = pass.run(kernel, test, onEvaluations);
    double deviation = PixelDecoder.deviation(fitted.pixels(), fitted.estimates());
    int images = pass.images();
    LikelihoodGrid grid = pass.grid();
    Spread reconstruction = bits(images, i -> reconstruction(measured, i, deviation));
    Spread prior = bits(images, i -> prior(measured.levels(i), grid.gamma(grid.steps())));
    DiffusionTerms together = measured.errors().together();
    return new BoundReport(
        prior,
        reconstruction,
        bits(images, i -> categorical(measured, i, grid.gamma(0))),
        rows(measured, together, fitted.errors().together(), deviation, pass),
        together.violations(),
        together.isotonicResidual(),
        images);
  }

  private static List<BoundReport.Row> rows(
      GridPass.Result measured,
      DiffusionTerms together,
      DiffusionTerms training,
      double deviation,
      GridPass pass) {
    LikelihoodGrid grid = pass.grid();
    double last = grid.gamma(grid.steps());
    List<DiffusionTerms> apart = measured.errors().apart();
    double[] ends =
        IntStream.range(0, apart.size())
            .mapToDouble(
                i -> prior(measured.levels(i), last) + reconstruction(measured, i, deviation))
            .toArray();
    List<BoundReport.Row> rows = new ArrayList<>();
    List<Integer> doublings = together.doublings();
    for (int d = 0; d < doublings.size(); d++) {
      int doubling = d;
      int steps = doublings.get(d);
      int images = apart.size();
      rows.add(
          new BoundReport.Row(
              steps,
              bits(images, i -> ends[i] + apart.get(i).fixedSmall(steps)),
              bits(images, i -> ends[i] + apart.get(i).fitted(steps, training)),
              bits(images, i -> ends[i] + apart.get(i).fixedLarge(steps)),
              pass.learnsVariance()
                  ? bits(images, i -> ends[i] + measured.errors().learned(i, doubling))
                  : new Spread(Double.NaN, Double.NaN)));
    }
    return rows;
  }

  /** Returns the spread over images of nats a dimension, in bits. */
  private static Spread bits(int images, IntToDoubleFunction nats) {
    return Spread.of(
        IntStream.range(0, images)
            .mapToDouble(i -> PixelLikelihood.bits(nats.applyAsDouble(i)))
            .toArray());
  }

  private static double prior(int[] levels, double gamma) {
    return mean(
        levels.length, j -> GaussianDivergence.fromPrior(PixelBins.centre(levels[j]), gamma));
  }

  private static double categorical(GridPass.Result result, int image, double gamma) {
    int[] levels = result.levels(image);
    float[] state = result.firstState(image);
    return mean(levels.length, j -> PixelLikelihood.categorical(levels[j], state[j], gamma));
  }

  private static double reconstruction(GridPass.Result result, int image, double deviation) {
    return PixelDecoder.cost(result.levels(image), result.firstEstimate(image), deviation);
  }

  /** Returns the mean over pixels of nats. */
  private static double mean(int pixels, IntToDoubleFunction nats) {
    double sum = 0;
    for (int j = 0; j < pixels; j++) {
      sum += nats.applyAsDouble(j);
    }
    return sum / pixels;
  }
}
