package io.stepwise.study;

import io.stepwise.diffusion.DiffusionTerms;
import io.stepwise.diffusion.LikelihoodGrid;
import java.util.ArrayList;
import java.util.List;

/**
 * What one pass over a grid leaves of each image: the squared errors of its clean estimates at
 * nodes 1 to N, and its share in the terms that need single pixels. Filled by one thread.
 */
final class GridErrors {

  private final LikelihoodGrid grid;
  private final double[][] errors;
  private final double[][] learned;

  GridErrors(LikelihoodGrid grid, int images, int doublings) {
    this.grid = grid;
    this.errors = new double[images][grid.steps()];
    this.learned = new double[images][doublings];
  }

  void setError(int image, int node, double error) {
    errors[image][node - 1] = error;
  }

  /** Adds to an image's term of a learned variance, in nats a dimension. */
  void addLearned(int image, int doubling, double nats) {
    learned[image][doubling] += nats;
  }

  double learned(int image, int doubling) {
    return learned[image][doubling];
  }

  /** Returns the terms of all images together. */
  DiffusionTerms together() {
    double[] means = new double[grid.steps()];
    for (double[] own : errors) {
      for (int i = 0; i < means.length; i++) {
        means[i] += own[i] / errors.length;
      }
    }
    return new DiffusionTerms(grid, means);
  }

  /** Returns the terms of each image alone, whose means are those of all where linear. */
  List<DiffusionTerms> apart() {
    List<DiffusionTerms> terms = new ArrayList<>();
    for (double[] own : errors) {
      terms.add(new DiffusionTerms(grid, own));
    }
    return terms;
  }
}
