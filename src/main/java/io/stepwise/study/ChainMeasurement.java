package io.stepwise.study;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Watches a {@link SamplingChain} and reports what became of its images. */
final class ChainMeasurement implements SamplingChain.Observer {

  private final Function<List<float[]>, int[]> labeller;
  private final double independent;
  private final int steps;
  private final int filmFrames;
  private final List<int[]> labels = new ArrayList<>();
  private final List<Double> displacements = new ArrayList<>();
  private final List<List<float[]>> film = new ArrayList<>();
  private List<float[]> before = List.of();

  /**
   * Begins to watch.
   *
   * @param labeller returns the label of each image
   * @param independent mean square difference of two independent test images
   * @param steps steps of the chain
   * @param filmImages how many images the film shows
   * @param filmFrames at how many of the steps, 2 or more, the first and the last included
   */
  ChainMeasurement(
      Function<List<float[]>, int[]> labeller,
      double independent,
      int steps,
      int filmImages,
      int filmFrames) {
    this.labeller = labeller;
    this.independent = independent;
    this.steps = steps;
    this.filmFrames = Math.min(filmFrames, steps);
    for (int i = 0; i < filmImages; i++) {
      film.add(new ArrayList<>());
    }
  }

  @Override
  public void onEstimates(int step, List<float[]> estimates) {
    labels.add(labeller.apply(estimates));
    double sum = 0;
    for (int i = 0; i < before.size(); i++) {
      sum += Pixels.meanSquareDifference(estimates.get(i), before.get(i));
    }
    displacements.add(sum / estimates.size() / independent);
    before = estimates;
    if (isInFilm(step)) {
      for (int i = 0; i < film.size(); i++) {
        film.get(i).add(estimates.get(i));
      }
    }
  }

  private boolean isInFilm(int step) {
    int frame = film.isEmpty() ? 0 : film.get(0).size();
    return !film.isEmpty()
        && frame < filmFrames
        && step == Math.round((double) frame * (steps - 1) / Math.max(1, filmFrames - 1));
  }

  /** Returns the report once all steps were seen. */
  ChainReport report(SampleQuality quality) {
    int[] first = labels.get(0);
    int[] last = labels.get(labels.size() - 1);
    List<ChainReport.Step> found = new ArrayList<>();
    double switches = 0;
    for (int step = 0; step < labels.size(); step++) {
      int[] now = labels.get(step);
      found.add(
          new ChainReport.Step(
              displacements.get(step),
              Classifier.agreement(now, first),
              Classifier.agreement(now, last)));
      if (step > 0) {
        switches += 1 - Classifier.agreement(now, labels.get(step - 1));
      }
    }
    return new ChainReport(
        found, labels.size() > 1 ? 100 * switches / (labels.size() - 1) : 0, quality, film);
  }
}
