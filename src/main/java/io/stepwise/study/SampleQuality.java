package io.stepwise.study;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How samples compare with as many real images in the features of the fixed classifier, scaled so
 * that those of all test images have a mean square of 1.
 *
 * @param frechet classifier-Fréchet distance, 0 or more; depends on the number of images
 * @param kernel kernel distance, about 0 for samples of the same distribution
 * @param precision share of samples that look real, 0 to 1
 * @param recall share of real images that samples reach, 0 to 1
 * @param density how densely samples lie among real images, about 1
 * @param coverage share of real images with a sample nearby, 0 to 1
 */
public record SampleQuality(
    double frechet,
    double kernel,
    double precision,
    double recall,
    double density,
    double coverage) {

  private static final int PRECISION_NEIGHBOURS = 3;
  private static final int DENSITY_NEIGHBOURS = 5;

  /** The fewest images that can be compared. */
  public static final int LEAST_IMAGES = DENSITY_NEIGHBOURS + 1;

  /**
   * Compares two sets.
   *
   * @param samples features of what is judged, {@link #LEAST_IMAGES} rows or more
   * @param real features of real images, likewise
   * @param seed of the subsets of the kernel distance
   */
  public static SampleQuality of(double[][] samples, double[][] real, long seed) {
    Neighbourhoods narrow = new Neighbourhoods(real, PRECISION_NEIGHBOURS);
    Neighbourhoods wide = new Neighbourhoods(real, DENSITY_NEIGHBOURS);
    return new SampleQuality(
        FrechetDistance.between(samples, real),
        KernelDistance.between(samples, real, seed),
        narrow.shareInside(samples),
        new Neighbourhoods(samples, PRECISION_NEIGHBOURS).shareInside(real),
        wide.density(samples),
        wide.coverage(samples));
  }

  /** Returns every measure by its name, over several measurements. */
  static Map<String, Spread> spreads(List<SampleQuality> measured) {
    Map<String, Spread> spreads = new LinkedHashMap<>();
    measured.get(0).byName().keySet().forEach(name -> spreads.put(name, spread(name, measured)));
    return spreads;
  }

  private static Spread spread(String name, List<SampleQuality> measured) {
    return Spread.of(
        measured.stream()
            .mapToDouble(quality -> quality.byName().getOrDefault(name, Double.NaN))
            .toArray());
  }

  private Map<String, Double> byName() {
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("classifier_frechet_distance", frechet);
    values.put("kernel_distance", kernel);
    values.put("precision", precision);
    values.put("recall", recall);
    values.put("density", density);
    values.put("coverage", coverage);
    return values;
  }
}
