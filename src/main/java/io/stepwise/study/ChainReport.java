package io.stepwise.study;

import java.util.List;

/**
 * How the estimates of the clean image change along a sampler's way, over many images.
 *
 * @param steps what was found at each step, the noisiest first
 * @param switchesPerHundredSteps how often the classifier's label of an image changes
 * @param quality the samples against test images
 * @param film the estimates of a few images at a few steps, an image after the other, each [C, H,
 *     W] row-major
 */
record ChainReport(
    List<Step> steps,
    double switchesPerHundredSteps,
    SampleQuality quality,
    List<List<float[]>> film) {

  /**
   * One step.
   *
   * @param displacement mean square difference to the estimate of the step before, over that of two
   *     independent test images: 1 where every step draws another image; 0 at the first step
   * @param sameLabel share of images whose label is that of their first estimate
   * @param endLabel share of images whose label is that of their last estimate
   */
  record Step(double displacement, double sameLabel, double endLabel) {}
}
