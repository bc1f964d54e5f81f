package io.stepwise.diffusion;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The diffusion terms of the bound for every T that divides N, from the errors of one pass over a
 * grid of N steps. In nats a dimension.
 *
 * <p>With the posterior's variance the term is an upper Riemann sum of half the integral of the
 * error over the signal-to-noise ratio, so it falls at every doubling of T as long as the error
 * rises with the noise; all T share one array, and no noise of the measurement enters the
 * difference. Immutable.
 */
public final class DiffusionTerms {

  private final LikelihoodGrid grid;
  private final double[] errors;

  /**
   * A doubling at which the bound rose, which the ideal network's never does.
   *
   * @param steps T
   * @param rise nats a dimension by which the bound at 2T lies above that at T
   */
  public record Violation(int steps, double rise) {}

  /**
   * Keeps the errors.
   *
   * @param errors mean squared error of the clean estimate, a dimension, at nodes 1 to N; errors[0]
   *     is node 1's
   */
  public DiffusionTerms(LikelihoodGrid grid, double[] errors) {
    if (errors.length != grid.steps()) {
      throw new IllegalArgumentException(
          "errors: " + errors.length + " (expected: " + grid.steps() + ", one for each node)");
    }
    this.grid = grid;
    this.errors = errors.clone();
  }

  /** What a step costs, by its noise levels and its node's error. */
  private interface Cost {
    double of(ReverseStep step, int node);
  }

  /** Returns the term with the posterior's variance. */
  public double fixedSmall(int steps) {
    return sum(steps, (step, node) -> step.fixedSmall(error(node)));
  }

  /** Returns the term with the forward steps' variances. */
  public double fixedLarge(int steps) {
    return sum(steps, (step, node) -> step.fixedLarge(error(node)));
  }

  /**
   * Returns the term with the variances that are best for other errors; for these very errors it is
   * the least of all.
   *
   * @param training errors on images of which none was used for these, on the same grid
   */
  public double fitted(int steps, DiffusionTerms training) {
    return sum(steps, (step, node) -> step.fitted(training.error(node), error(node)));
  }

  /** Returns 1, 2, 4 ... up to N, or the largest power of two that divides it. */
  public List<Integer> doublings() {
    List<Integer> steps = new ArrayList<>();
    for (int t = 1; grid.steps() % t == 0; t *= 2) {
      steps.add(t);
    }
    return steps;
  }

  /** Returns the doublings at which the bound with the posterior's variance rose. */
  public List<Violation> violations() {
    List<Violation> violations = new ArrayList<>();
    List<Integer> doublings = doublings();
    for (int i = 1; i < doublings.size(); i++) {
      double rise = fixedSmall(doublings.get(i)) - fixedSmall(doublings.get(i - 1));
      if (rise > 0) {
        violations.add(new Violation(doublings.get(i - 1), rise));
      }
    }
    return violations;
  }

  /**
   * Returns how far the errors are from rising with the noise: the root mean square difference to
   * the nearest sequence that never falls, 0 if they never do.
   */
  public double isotonicResidual() {
    double[] fit = isotonic(errors);
    double sum = 0;
    for (int i = 0; i < fit.length; i++) {
      sum += (fit[i] - errors[i]) * (fit[i] - errors[i]);
    }
    return Math.sqrt(sum / fit.length);
  }

  /** Returns the nearest sequence that never falls, by pooling adjacent violators. */
  static double[] isotonic(double[] values) {
    double[] fit = new double[values.length];
    int[] widths = new int[values.length];
    int pools = 0;
    for (double value : values) {
      fit[pools] = value;
      widths[pools] = 1;
      pools++;
      while (pools > 1 && fit[pools - 1] < fit[pools - 2]) {
        pools--;
        int width = widths[pools - 1] + widths[pools];
        fit[pools - 1] = (fit[pools - 1] * widths[pools - 1] + fit[pools] * widths[pools]) / width;
        widths[pools - 1] = width;
      }
    }
    double[] means = Arrays.copyOf(fit, pools);
    int end = values.length;
    for (int pool = pools - 1; pool >= 0; pool--) {
      Arrays.fill(fit, end - widths[pool], end, means[pool]);
      end -= widths[pool];
    }
    return fit;
  }

  private double error(int node) {
    return errors[node - 1];
  }

  private double sum(int steps, Cost cost) {
    int stride = grid.stride(steps);
    double sum = 0;
    for (int index = 1; index <= steps; index++) {
      sum += cost.of(grid.step(index, steps), index * stride);
    }
    return sum;
  }
}
