package io.stepwise.study;

import java.util.Arrays;
import java.util.function.IntToDoubleFunction;

/**
 * Which latents say something of images: those whose divergence from the prior is more than 0.01
 * nats in the mean over images. The others have collapsed to the prior.
 */
final class LatentUse {

  private static final double ACTIVE_NATS = 0.01;

  private final double[] nats;
  private int images;

  /** Begins with no image. */
  LatentUse(int latents) {
    this.nats = new double[latents];
  }

  /** Adds an image, by the divergence of each of its latents in nats. */
  void add(IntToDoubleFunction divergence) {
    for (int j = 0; j < nats.length; j++) {
      nats[j] += divergence.applyAsDouble(j);
    }
    images++;
  }

  /** Returns how many latents there are. */
  int count() {
    return nats.length;
  }

  /** Returns how many of them are active. */
  int active() {
    return (int) Arrays.stream(nats).filter(sum -> sum / images > ACTIVE_NATS).count();
  }
}
