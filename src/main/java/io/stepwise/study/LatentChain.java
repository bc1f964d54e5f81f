package io.stepwise.study;

import io.stepwise.diffusion.NormalStream;
import java.util.List;

/**
 * The states between standard noise and an image, as a model with an encoder draws them for an
 * image that is given, and what they cost.
 */
interface LatentChain {

  /** The first draw of noise that no sample begins with, so that both may share a seed. */
  int FIRST_STREAM = 1 << 20;

  /**
   * An image of a data set.
   *
   * @param pixels [C, H, W] row-major in [-1, 1]
   * @param levels levels of the pixels
   * @param label class index that the networks are told
   * @param seed of its noise
   * @param index key of its noise
   */
  record Image(float[] pixels, int[] levels, long label, long seed, int index) {

    /** Returns the stream of one of its draws. */
    NormalStream stream(int draw) {
      return new NormalStream(seed, index, FIRST_STREAM + draw);
    }

    /** Returns the noise that a step draws for itself, beside the states. */
    NormalStream fresh(int draw) {
      return new NormalStream(seed, index, 2 * FIRST_STREAM + draw);
    }
  }

  /**
   * What one draw of all states costs, in nats a dimension.
   *
   * @param prior of the first state
   * @param steps of each further state, in the order of sampling
   * @param estimate of the image by the last state, [C, H, W]
   * @param logRatio {@code ln q - ln p} of the draw in nats; not a number where the states are not
   *     drawn together
   * @param noises what the encoder made of the image, that of the first state first
   */
  record Pass(
      double prior, double[] steps, float[] estimate, double logRatio, List<ImageNoise> noises) {

    double total() {
      double sum = prior;
      for (double step : steps) {
        sum += step;
      }
      return sum;
    }
  }

  /** Returns how many states there are. */
  int states();

  /** Returns how many noises of the image's size the encoder makes of an image. */
  int noises();

  /**
   * Draws the states of an image.
   *
   * @param first number of the first draw, 0 or more
   * @param count draws, 1 or more, whose states the network sees in one call
   */
  List<Pass> passes(Image image, int first, int count);
}
