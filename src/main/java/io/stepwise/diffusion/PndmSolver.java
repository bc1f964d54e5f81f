package io.stepwise.diffusion;

import java.util.ArrayList;
import java.util.List;

/**
 * Pseudo numerical methods: Liu et al. 2022 (arXiv:2202.09778), algorithms 1 and 2. Order 4 after
 * three Runge-Kutta steps of four evaluations each, n + 9 evaluations in all; or, without them,
 * lower orders at the beginning and n + 1 evaluations (PLMS).
 *
 * <p>The outputs of several evaluations are averaged, and the transfer of equation 11 (a step of
 * {@link DdimSolver}) goes along the average. Remembers the three outputs before (h1 is the
 * newest), the state at which a step of several evaluations began (h4), and the weighted sum of
 * that step's outputs (h5). As in diffusers a multistep step leads T / n timesteps down (rounded
 * down) whatever the next timestep of the plan is.
 *
 * @param skipsRungeKutta whether lower orders replace the Runge-Kutta steps
 * @param endsClean whether a step below timestep 0 leads to the clean image, or else to timestep 0
 */
record PndmSolver(boolean skipsRungeKutta, boolean endsClean) implements Solver {

  private static final int RUNGE_KUTTA_STEPS = 3;
  private static final int OUTPUTS = 3;
  private static final int START = 4;
  private static final int SUM = 5;
  private static final int HISTORY = 5;

  /** Adams-Bashforth weights by the number of outputs, the newest output first. */
  private static final double[][] WEIGHTS = {
    {1},
    {3 / 2.0, -1 / 2.0},
    {23 / 12.0, -16 / 12.0, 5 / 12.0},
    {55 / 24.0, -59 / 24.0, 37 / 24.0, -9 / 24.0}
  };

  private static final LinearForm STATE = LinearForm.of(1, 0, 0, HISTORY);
  private static final LinearForm OUTPUT = LinearForm.of(0, 1, 0, HISTORY);
  private static final LinearForm NOTHING = LinearForm.zero(HISTORY);

  @Override
  public StepPlan plan(DiscreteModel model, int steps) {
    int[] timesteps = model.timesteps(steps);
    if (!skipsRungeKutta && steps <= RUNGE_KUTTA_STEPS) {
      throw new IllegalArgumentException(
          "steps: %d (expected: %d or more without skip_prk_steps)"
              .formatted(steps, RUNGE_KUTTA_STEPS + 1));
    }
    int stride = model.schedule().trainTimesteps() / steps;
    List<StepRow> rows = new ArrayList<>();
    int step = 0;
    int outputs = 0;
    if (!skipsRungeKutta) {
      for (; step < RUNGE_KUTTA_STEPS; step++) {
        addRungeKutta(rows, model, timesteps[step], timesteps[step + 1], stride / 2);
      }
      outputs = OUTPUTS;
    } else if (steps > 1) {
      addImprovedEuler(rows, model, timesteps[0], timesteps[1], stride);
      outputs = 1;
      step = 1;
    }
    for (; step < steps; step++) {
      LinearForm average = OUTPUT.times(WEIGHTS[outputs][0]);
      for (int age = 1; age <= outputs; age++) {
        average = average.plus(WEIGHTS[outputs][age], remembered(age));
      }
      int next = timesteps[step] - stride;
      LinearForm state = transfer(model, timesteps[step], next, STATE, average);
      rows.add(row(model, timesteps[step], state, true, NOTHING, NOTHING));
      outputs = Math.min(OUTPUTS, outputs + 1);
    }
    return new StepPlan(1, HISTORY, rows);
  }

  /** Adds the four rows of a step of the classical Runge-Kutta method. */
  private void addRungeKutta(
      List<StepRow> rows, DiscreteModel model, int from, int to, int halfStride) {
    LinearForm start = remembered(START);
    LinearForm sum = remembered(SUM);
    LinearForm first = transfer(model, from, from - halfStride, STATE, OUTPUT);
    rows.add(row(model, from, first, true, STATE, OUTPUT.times(1 / 6.0)));
    int middle = to + halfStride;
    LinearForm second = transfer(model, from, middle, start, OUTPUT);
    rows.add(row(model, middle, second, false, start, sum.plus(1 / 3.0, OUTPUT)));
    LinearForm third = transfer(model, from, to, start, OUTPUT);
    rows.add(row(model, middle, third, false, start, sum.plus(1 / 3.0, OUTPUT)));
    LinearForm fourth = transfer(model, from, to, start, sum.plus(1 / 6.0, OUTPUT));
    rows.add(row(model, to, fourth, false, NOTHING, NOTHING));
  }

  /** Adds the two rows of a step along the mean of the outputs at its two ends. */
  private void addImprovedEuler(
      List<StepRow> rows, DiscreteModel model, int from, int to, int stride) {
    LinearForm predicted = transfer(model, from, from - stride, STATE, OUTPUT);
    rows.add(row(model, from, predicted, true, STATE, NOTHING));
    LinearForm mean = OUTPUT.plus(1, remembered(1)).times(0.5);
    LinearForm corrected = transfer(model, to + stride, to, remembered(START), mean);
    rows.add(row(model, to, corrected, false, NOTHING, NOTHING));
  }

  /** Returns the state at another timestep, going along an output all the way. */
  private LinearForm transfer(
      DiscreteModel model, int from, int to, LinearForm state, LinearForm output) {
    NoiseSchedule schedule = model.schedule();
    double alpha = schedule.alpha(from);
    double sigma = schedule.sigma(from);
    Prediction.OfOutput denoised = model.prediction().denoised(alpha, sigma);
    Prediction.OfOutput noise = model.prediction().noise(alpha, sigma);
    double alphaBar = to >= 0 ? schedule.alphaBar(to) : endsClean ? 1 : schedule.alphaBar(0);
    double nextAlpha = Math.sqrt(alphaBar);
    double nextSigma = Math.sqrt(1 - alphaBar);
    return state
        .times(nextAlpha * denoised.x() + nextSigma * noise.x())
        .plus(nextAlpha * denoised.out() + nextSigma * noise.out(), output);
  }

  private static StepRow row(
      DiscreteModel model,
      int timestep,
      LinearForm next,
      boolean keepsOutput,
      LinearForm start,
      LinearForm sum) {
    List<LinearForm> remembered = new ArrayList<>();
    remembered.add(keepsOutput ? OUTPUT : remembered(1));
    remembered.add(remembered(keepsOutput ? 1 : 2));
    remembered.add(remembered(keepsOutput ? 2 : 3));
    remembered.add(start);
    remembered.add(sum);
    return model.row(timestep, LinearForm.matrix(next, remembered), 0, null);
  }

  private static LinearForm remembered(int index) {
    return LinearForm.remembered(index, HISTORY);
  }
}
