package io.stepwise.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ConsistencyGridTest {

  private static final double MEAN = 0.3;
  private static final double VARIANCE = 0.25;
  private static final SigmaRange RANGE = new SigmaRange(0.002, 80, 0.5, 7, 40);
  private static final ConsistencyGrid LEVELS =
      new ConsistencyGrid(new ConsistencyFunction(RANGE), 1, false);

  @Test
  void functionIsTheIdentityAtTheLeastNoise() {
    StepRow last = new RenoisingSolver().plan(LEVELS.grid(40)).rows().get(39);

    assertThat(last.p()).isCloseTo(1, within(1e-9));
    assertThat(last.q()).isCloseTo(0, within(1e-9));
    assertThat(last.m()).isEqualTo(StepMatrix.of(new double[] {0, 0, 1}));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8, 40})
  void exactFunctionKeepsTheDistributionAtEveryStep(int steps) {
    StepPlan plan = new RenoisingSolver().plan(LEVELS.grid(steps));
    StateMoments moments = new StateMoments(0, MEAN, VARIANCE + 80 * 80);

    for (int i = 0; i < steps; i++) {
      StepRow row = plan.rows().get(i);
      double sigma = Math.exp(row.timestep() / 250);
      // f(x) leads along the exact flow to the least noise, and out = (f(x) - p x) / q.
      double slope = Math.sqrt((VARIANCE + 0.002 * 0.002) / (VARIANCE + sigma * sigma));
      if (row.q() > 1e-9) {
        moments.step(row, (slope - row.p()) / row.q(), MEAN * (1 - slope) / row.q());
      } else {
        moments.step(row, 0, 0);
      }
      double next = i + 1 < steps ? Math.exp(plan.rows().get(i + 1).timestep() / 250) : 0.002;
      assertThat(moments.mean()).isCloseTo(MEAN, within(1e-9));
      assertThat(moments.variance())
          .isCloseTo(VARIANCE + next * next, within(1e-9 * (1 + next * next)));
    }
  }

  @Test
  void firstLevelIsTheGreatestNoiseWhateverTheSteps() {
    for (int steps = 1; steps <= 40; steps++) {
      NoiseGrid grid = LEVELS.grid(steps);
      assertThat(grid.initialScale()).isEqualTo(80);
      assertThat(grid.points().get(0).timestep()).isCloseTo(250 * Math.log(80), within(1e-9));
    }
  }

  @Test
  void networkSeesUnitVarianceForDataOfItsDeviation() {
    for (GridPoint point : LEVELS.grid(8).points()) {
      double sigma = Math.exp(point.timestep() / 250);
      assertThat(point.inputScale() * point.inputScale() * (sigma * sigma + 0.25))
          .isCloseTo(1, within(1e-9));
    }
  }
}
