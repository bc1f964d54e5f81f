package io.stepwise.study;

import java.util.Map;
import java.util.Optional;

/**
 * What samples were found to be like, over several seeds.
 *
 * @param model measures of the model's samples against test images, by name
 * @param floor the same measures of training images against test images: what samples of the real
 *     distribution would reach
 * @param labelAgreement share of samples that the classifier gives the label they were asked for;
 *     empty for a model without labels
 * @param testAccuracy share of the test images that the classifier gives their own label
 * @param memory how near samples are to training images
 */
public record SampleReport(
    Map<String, Spread> model,
    Map<String, Spread> floor,
    Optional<Spread> labelAgreement,
    double testAccuracy,
    Memory memory) {

  /**
   * Distances to the nearest training image, root mean square pixel differences in [-1, 1].
   *
   * @param samples median over samples
   * @param test median over as many test images, which no model can have seen
   * @param copies share of samples nearer than all but a hundredth of the test images are; about a
   *     hundredth where nothing is memorised
   */
  public record Memory(double samples, double test, double copies) {}
}
