package io.stepwise.study;

import io.stepwise.diffusion.Denoiser;
import io.stepwise.diffusion.NegativeLogSnr;
import io.stepwise.diffusion.NormalStream;
import io.stepwise.diffusion.StepMatrix;
import io.stepwise.diffusion.StepRow;
import io.stepwise.network.StepInput;
import io.stepwise.network.StepKernel;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Whether a decoder finds an image again in what noise has left of it, by the noise level. Confined
 * to one thread.
 *
 * @param images real images, each [C, H, W] row-major in [-1, 1], 2 or more
 * @param labels what the network is told of each
 * @param seed of the noise
 * @param batchSize images of one network call, 1 or more
 */
record RecoveryCurve(List<float[]> images, long[] labels, long seed, int batchSize) {

  private static final StepMatrix NOTHING = StepMatrix.of(new double[] {0, 0, 0});

  /**
   * What was found at a noise level.
   *
   * @param gamma negative log-SNR
   * @param error mean square difference of estimate and image over the variance of images: 1 for
   *     the mean of all images, 0 where the image is found
   * @param retrieval share of estimates to which their own image is the nearest of all
   */
  record Point(double gamma, double error, double retrieval) {}

  /**
   * Measures a decoder.
   *
   * @param independent mean square difference of two independent test images
   * @param gammas negative log-SNRs
   */
  List<Point> measure(StepKernel kernel, Denoiser decoder, double independent, double... gammas) {
    List<Point> points = new ArrayList<>();
    for (int level = 0; level < gammas.length; level++) {
      List<float[]> estimates = estimates(kernel, decoder, gammas[level], level);
      double sum = 0;
      int found = 0;
      for (int i = 0; i < images.size(); i++) {
        sum += Pixels.meanSquareDifference(estimates.get(i), images.get(i));
        found += nearest(estimates.get(i)) == i ? 1 : 0;
      }
      double count = images.size();
      points.add(new Point(gammas[level], sum / count / (independent / 2), found / count));
    }
    return points;
  }

  private List<float[]> estimates(StepKernel kernel, Denoiser decoder, double gamma, int level) {
    StepRow row = RenoisingLoop.row(decoder, gamma, NOTHING, 0);
    List<float[]> estimates = new ArrayList<>();
    for (int from = 0; from < images.size(); from += batchSize) {
      List<StepInput> batch = new ArrayList<>();
      for (int i = from; i < Math.min(images.size(), from + batchSize); i++) {
        NormalStream noise = new NormalStream(seed, i, level);
        batch.add(
            new StepInput(row, noisy(i, gamma, noise), new float[0], noise, labels[i], 1, true));
      }
      kernel.run(batch).forEach(output -> estimates.add(Objects.requireNonNull(output.denoised())));
    }
    return estimates;
  }

  private float[] noisy(int image, double gamma, NormalStream noise) {
    float[] clean = images.get(image);
    float[] z = noise.draw(clean.length);
    double alpha = Math.sqrt(NegativeLogSnr.alphaBar(gamma));
    double sigma = Math.sqrt(NegativeLogSnr.sigmaSquared(gamma));
    for (int k = 0; k < z.length; k++) {
      z[k] = (float) (alpha * clean[k] + sigma * z[k]);
    }
    return z;
  }

  private int nearest(float[] estimate) {
    int best = 0;
    double least = Double.POSITIVE_INFINITY;
    for (int i = 0; i < images.size(); i++) {
      double distance = Pixels.meanSquareDifference(estimate, images.get(i));
      if (distance < least) {
        least = distance;
        best = i;
      }
    }
    return best;
  }
}
