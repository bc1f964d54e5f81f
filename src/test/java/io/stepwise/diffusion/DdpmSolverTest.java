package io.stepwise.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Ancestral sampling of Gaussian data is exact, in any number of steps, where the variance of the
 * reverse step is: the small one for data of variance 0, the large one for data of variance 1, and
 * a learned one in between.
 */
final class DdpmSolverTest {

  private static final NoiseSchedule LINEAR = NoiseSchedule.linear(1000, 1e-4, 0.02);
  private static final double MEAN = 0.3;

  /** The mean and the variance of a state. */
  private record Moments(double mean, double variance) {}

  private static StepPlan plan(VarianceType variance, TimestepSpacing spacing, int steps) {
    DiscreteModel model = new DiscreteModel(LINEAR, Prediction.EPSILON, null, spacing, 0);
    return new DdpmSolver(variance).plan(model, steps);
  }

  @ParameterizedTest
  @CsvSource({
    "FIXED_SMALL,     0.00, LEADING,  10",
    "FIXED_SMALL_LOG, 0.00, TRAILING, 10",
    "FIXED_LARGE,     1.00, LEADING,  10",
    "FIXED_LARGE_LOG, 1.00, TRAILING, 10",
    "LEARNED_RANGE,   0.25, LEADING,  10",
    "LEARNED_RANGE,   0.25, TRAILING, 7",
    "LEARNED_RANGE,   0.25, LINSPACE, 1000",
  })
  void gaussianDataComesOutWithItsMeanAndVariance(
      VarianceType variance, double dataVariance, TimestepSpacing spacing, int steps) {
    GaussianData data = new GaussianData(MEAN, dataVariance, LINEAR, Prediction.EPSILON);
    StepPlan plan = plan(variance, spacing, steps);
    int first = (int) plan.rows().get(0).timestep();
    int last = (int) plan.rows().get(steps - 1).timestep();

    Moments moments = new Moments(LINEAR.alpha(first) * MEAN, data.stateVariance(first));
    for (StepRow row : plan.rows()) {
      moments = after(row, data, moments);
    }

    // A last step from timestep 0 draws no noise and ends at the mean of the clean image.
    double missing = last == 0 ? data.denoisedVariance(0) : 0;
    assertThat(moments.mean()).isCloseTo(MEAN, within(1e-9));
    assertThat(moments.variance()).isCloseTo(dataVariance - missing, within(1e-9));
  }

  /** Returns the moments after a row, which maps x to a x + b + c z. */
  private static Moments after(StepRow row, GaussianData data, Moments before) {
    double b = next(row, data, 0, 0);
    double a = next(row, data, 1, 0) - b;
    double c = next(row, data, 0, 1) - b;
    return new Moments(a * before.mean() + b, a * a * before.variance() + c * c);
  }

  private static double next(StepRow row, GaussianData data, double x, double z) {
    PlanInterpreter replay =
        new PlanInterpreter(
            new StepPlan(1, 0, List.of(row)), (input, t) -> idealOutput(row, data, input[0]));
    return replay.states(new double[] {x}, step -> new double[] {z}).get(0)[0];
  }

  /** Returns the ideal output and, for a learned variance, where the exact one lies. */
  private static double[] idealOutput(StepRow row, GaussianData data, double x) {
    double output = data.output(new double[] {x}, row.timestep())[0];
    LogVarianceBounds bounds = row.logVarianceBounds();
    if (bounds == null) {
      return new double[] {output};
    }
    double onDenoised = row.m().get(0, 2);
    double spread = onDenoised * onDenoised * data.denoisedVariance((int) row.timestep());
    double exact = Math.log(Math.exp(bounds.low()) + spread);
    double share = (exact - bounds.low()) / (bounds.high() - bounds.low());
    return new double[] {output, 2 * share - 1};
  }

  @Test
  void stepFromTimestepZeroDrawsNoNoise() {
    for (VarianceType variance : VarianceType.values()) {
      StepPlan plan = plan(variance, TimestepSpacing.LEADING, 50);
      assertThat(plan.rows().get(49).v()).isZero();
      assertThat(plan.rows().get(48).v()).isPositive();
    }
  }

  @Test
  void lastStepFromAboveZeroDrawsTheLargeVariance() {
    StepPlan plan = plan(VarianceType.FIXED_LARGE, TimestepSpacing.TRAILING, 10);

    assertThat(plan.rows().get(9).timestep()).isEqualTo(99);
    assertThat(plan.rows().get(9).v()).isCloseTo(LINEAR.sigma(99), within(1e-15));
  }

  @Test
  void learnedVarianceLiesBetweenTheSmallAndTheLarge() {
    List<StepRow> learned = plan(VarianceType.LEARNED_RANGE, TimestepSpacing.LEADING, 20).rows();
    List<StepRow> small = plan(VarianceType.FIXED_SMALL, TimestepSpacing.LEADING, 20).rows();
    List<StepRow> large = plan(VarianceType.FIXED_LARGE, TimestepSpacing.LEADING, 20).rows();
    for (int i = 0; i < 19; i++) {
      LogVarianceBounds bounds = learned.get(i).logVarianceBounds();
      assertThat(bounds).isNotNull();
      assertThat(learned.get(i).v()).isEqualTo(1);
      assertThat(Math.exp(bounds.low() / 2)).isCloseTo(small.get(i).v(), within(1e-15));
      assertThat(Math.exp(bounds.high() / 2)).isCloseTo(large.get(i).v(), within(1e-15));
    }
  }

  @Test
  void stepLeadsToTheNextTimestepOfThePlan() {
    StepRow row = plan(VarianceType.FIXED_SMALL, TimestepSpacing.LINSPACE, 7).rows().get(0);
    double alphaBar = LINEAR.alphaBar(999);
    double next = LINEAR.alphaBar(832);

    assertThat(row.m().get(0, 0))
        .isCloseTo(Math.sqrt(alphaBar / next) * (1 - next) / (1 - alphaBar), within(1e-15));
    assertThat(row.m().get(0, 2))
        .isCloseTo(Math.sqrt(next) * (1 - alphaBar / next) / (1 - alphaBar), within(1e-15));
  }
}
