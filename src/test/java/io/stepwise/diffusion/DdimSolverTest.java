package io.stepwise.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DdimSolverTest {

  private static final NoiseSchedule LINEAR = NoiseSchedule.linear(1000, 1e-4, 0.02);

  private static DiscreteModel model(Prediction prediction, TimestepSpacing spacing) {
    return new DiscreteModel(LINEAR, prediction, null, spacing, 0);
  }

  @ParameterizedTest
  @EnumSource
  void errorHalvesWhenTheStepsDouble(Prediction prediction) {
    GaussianData data = new GaussianData(0.3, 0.25, LINEAR, prediction);
    // The doubles of all of these divide 1000, so that every step has the same length.
    for (int steps : new int[] {10, 20, 25, 50, 100, 125, 250}) {
      assertThat(flowError(data, steps) / flowError(data, 2 * steps))
          .as("%d steps", steps)
          .isBetween(1.8, 2.2);
    }
    assertThat(flowError(data, 1000)).isLessThan(0.005);
  }

  /** Returns the largest error against the exact flow, over states within two deviations. */
  private static double flowError(GaussianData data, int steps) {
    StepPlan plan =
        new DdimSolver(0, true).plan(model(data.prediction(), TimestepSpacing.TRAILING), steps);
    double worst = 0;
    for (double x = -2; x <= 2; x += 0.25) {
      double end = new PlanInterpreter(plan, data::output).endWithoutNoise(x)[0];
      worst = Math.max(worst, Math.abs(end - data.flowEndpoint(x, 999)));
    }
    return worst;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 8, 50, 1000})
  void etaOneIsAncestralSamplingWithTheSmallVariance(int steps) {
    for (Prediction prediction : Prediction.values()) {
      DiscreteModel model = model(prediction, TimestepSpacing.LEADING);
      StepPlan ddim = new DdimSolver(1, true).plan(model, steps);
      StepPlan ddpm = new DdpmSolver(VarianceType.FIXED_SMALL).plan(model, steps);
      for (int i = 0; i < steps; i++) {
        StepRow left = ddim.rows().get(i);
        StepRow right = ddpm.rows().get(i);
        assertThat(left.timestep()).isEqualTo(right.timestep());
        assertThat(onState(left)).isCloseTo(onState(right), within(1e-9));
        assertThat(onOutput(left)).isCloseTo(onOutput(right), within(1e-9));
        assertThat(left.v()).isCloseTo(right.v(), within(1e-9));
      }
    }
  }

  /** Returns the factor of x on the next state, the clean estimate written out. */
  private static double onState(StepRow row) {
    return row.m().get(0, 0) + row.p() * row.m().get(0, 2);
  }

  /** Returns the factor of the output on the next state, the clean estimate written out. */
  private static double onOutput(StepRow row) {
    return row.m().get(0, 1) + row.q() * row.m().get(0, 2);
  }

  @Test
  void derivedNoiseIsTheNetworksUntilTheEstimateIsClipped() {
    DiscreteModel unclipped = model(Prediction.V, TimestepSpacing.TRAILING);
    PlanInterpreter.Network network = (x, timestep) -> new double[] {Math.tanh(x[0]) - 0.4};
    double[] own =
        new PlanInterpreter(new DdimSolver(0, true).plan(unclipped, 10), network)
            .endWithoutNoise(0.9);
    double[] derived =
        new PlanInterpreter(new DdimSolver(0, true, true).plan(unclipped, 10), network)
            .endWithoutNoise(0.9);
    assertThat(derived[0]).isCloseTo(own[0], within(1e-9));
  }

  @Test
  void derivedNoiseAndClippedEstimateMakeUpTheState() {
    DiscreteModel model = model(Prediction.V, TimestepSpacing.TRAILING);
    for (StepRow row : new DdimSolver(0, true, true).plan(model, 10).rows()) {
      int timestep = (int) row.timestep();
      double alpha = model.schedule().alpha(timestep);
      double sigma = model.schedule().sigma(timestep);
      double denoised = 0.3;
      double noise = -1.7;
      double next =
          row.m().get(0, 0) * (alpha * denoised + sigma * noise) + row.m().get(0, 2) * denoised;
      double nextAlphaBar = timestep < 100 ? 1 : model.schedule().alphaBar(timestep - 100);
      assertThat(row.m().get(0, 1)).isZero();
      assertThat(next)
          .isCloseTo(
              Math.sqrt(nextAlphaBar) * denoised + Math.sqrt(1 - nextAlphaBar) * noise,
              within(1e-9));
    }
  }

  @Test
  void perfectEstimatesLandOnTheLevelBelowWhateverEtaIs() {
    for (double eta : new double[] {0, 0.3, 1}) {
      StepPlan plan =
          new DdimSolver(eta, true).plan(model(Prediction.EPSILON, TimestepSpacing.TRAILING), 10);
      StepRow row = plan.rows().get(0);
      // 999 - 1000 / 10
      double nextAlphaBar = LINEAR.alphaBar(899);
      double noise = row.m().get(0, 1);

      assertThat(row.m().get(0, 2)).isCloseTo(Math.sqrt(nextAlphaBar), within(1e-15));
      assertThat(noise * noise + row.v() * row.v()).isCloseTo(1 - nextAlphaBar, within(1e-12));
    }
  }

  @Test
  void stepBelowZeroEndsCleanOrAtTimestepZero() {
    DiscreteModel model = model(Prediction.EPSILON, TimestepSpacing.LEADING);
    StepRow clean = new DdimSolver(0, true).plan(model, 10).rows().get(9);
    StepRow level = new DdimSolver(0, false).plan(model, 10).rows().get(9);

    assertThat(clean.m()).isEqualTo(StepMatrix.of(new double[] {0, 0, 1}));
    assertThat(level.m().row(0)).containsExactly(0, LINEAR.sigma(0), LINEAR.alpha(0));
  }

  @Test
  void strideIsTheRoundedQuotientWhateverTheNextTimestepIs() {
    StepPlan plan =
        new DdimSolver(0, true).plan(model(Prediction.EPSILON, TimestepSpacing.LINSPACE), 7);

    assertThat(plan.rows().get(1).timestep()).isEqualTo(832);
    assertThat(plan.rows().get(0).m().get(0, 2)).isEqualTo(LINEAR.alpha(999 - 142));
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1, -1e-9, Double.NaN, Double.POSITIVE_INFINITY})
  void impossibleEtaIsRefused(double eta) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new DdimSolver(eta, true))
        .withMessage("eta: " + eta + " (expected: >= 0)");
  }

  @Test
  void etaAboveOneIsTakenWhileItsNoiseFits() {
    DiscreteModel model = model(Prediction.EPSILON, TimestepSpacing.LEADING);

    StepPlan plan = new DdimSolver(1.2, true).plan(model, 1000);
    assertThat(plan.rows().get(0).v())
        .isCloseTo(
            1.2 * new DdimSolver(1, true).plan(model, 1000).rows().get(0).v(), within(1e-12));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new DdimSolver(1.2, true).plan(model, 10))
        .withMessageMatching("eta: 1\\.2 \\(expected: 0 to 1\\.0\\d* with 10 steps\\)");
  }

  @Test
  void pureNoiseIsAFiniteBeginningForAVelocity() {
    NoiseSchedule schedule = LINEAR.withZeroTerminalSignal();
    DiscreteModel model =
        new DiscreteModel(schedule, Prediction.V, null, TimestepSpacing.TRAILING, 0);
    GaussianData data = new GaussianData(0.3, 0.25, schedule, Prediction.V);

    StepPlan plan = new DdimSolver(0, true).plan(model, 200);

    assertThat(plan.rows().get(0).p()).isZero();
    assertThat(plan.rows().get(0).q()).isEqualTo(-1);
    double end = new PlanInterpreter(plan, data::output).endWithoutNoise(1.5)[0];
    assertThat(end).isCloseTo(data.flowEndpoint(1.5, 999), within(0.02));
  }

  @Test
  void pureNoiseTellsAnEpsilonNetworkNothing() {
    DiscreteModel model =
        new DiscreteModel(
            LINEAR.withZeroTerminalSignal(), Prediction.EPSILON, null, TimestepSpacing.TRAILING, 0);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> new DdimSolver(0, true).plan(model, 10))
        .withMessageStartingWith("prediction_type: epsilon (expected: sample or v_prediction");
  }
}
