package io.stepwise.diffusion;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Replays a plan in doubles, straight from the definition of {@link StepRow}. */
public final class PlanInterpreter {

  private final StepPlan plan;
  private final Network network;

  /** Replays this plan with this network. */
  public PlanInterpreter(StepPlan plan, Network network) {
    this.plan = plan;
    this.network = network;
  }

  /** A network over states of any length. */
  @FunctionalInterface
  public interface Network {

    /**
     * Returns as many outputs as inputs, followed, where the variance is learned, by as many
     * interpolation values of the log-variance, -1 to 1.
     */
    double[] output(double[] input, double timestep);
  }

  /**
   * Returns the state after each row.
   *
   * @param initial the first state, already scaled
   * @param noises the standard normal draw of a row, as long as the state; null for zeros
   */
  public List<double[]> states(double[] initial, IntFunction<double @Nullable []> noises) {
    List<double[]> states = new ArrayList<>();
    double[] x = initial;
    double[][] history = new double[plan.history()][initial.length];
    for (int step = 0; step < plan.steps(); step++) {
      double[][] next = step(plan.rows().get(step), x, history, noises.apply(step));
      x = next[0];
      System.arraycopy(next, 1, history, 0, history.length);
      states.add(x);
    }
    return states;
  }

  /** Returns the state after the last row, without any noise on the way. */
  public double[] endWithoutNoise(double... initial) {
    List<double[]> states = states(initial, step -> null);
    return states.get(states.size() - 1);
  }

  private double[][] step(StepRow row, double[] x, double[][] history, double @Nullable [] noise) {
    int size = x.length;
    double[] input = new double[size];
    for (int e = 0; e < size; e++) {
      input[e] = row.inputScale() * x[e];
    }
    double[] out = network.output(input, row.timestep());
    double[][] next = new double[1 + history.length][size];
    for (int e = 0; e < size; e++) {
      double[] at = new double[3 + history.length];
      at[0] = x[e];
      at[1] = out[e];
      at[2] = clip(row.p() * x[e] + row.q() * out[e], row.clip());
      for (int k = 0; k < history.length; k++) {
        at[3 + k] = history[k][e];
      }
      for (int r = 0; r < next.length; r++) {
        next[r][e] = dot(row.m().row(r), at);
      }
      if (noise != null && row.isNoisy()) {
        LogVarianceBounds bounds = row.logVarianceBounds();
        double scale = bounds == null ? 1 : learnedDeviation(bounds, out[size + e]);
        next[0][e] += row.v() * scale * noise[e];
      }
    }
    return next;
  }

  private static double learnedDeviation(LogVarianceBounds bounds, double output) {
    double share = (output + 1) / 2;
    return Math.exp((share * bounds.high() + (1 - share) * bounds.low()) / 2);
  }

  private static double clip(double value, @Nullable Double bound) {
    return bound == null ? value : Math.max(-bound, Math.min(bound, value));
  }

  private static double dot(double[] left, double[] right) {
    double sum = 0;
    for (int i = 0; i < left.length; i++) {
      sum += left[i] * right[i];
    }
    return sum;
  }
}
