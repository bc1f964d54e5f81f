package io.stepwise.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.stepwise.network.TensorData;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class LossHistoryTest {

  private static final int DRAWS = 10_000;

  /** Timestep t has losses of plus and minus t + 1. */
  private static LossHistory filled(int timesteps) {
    LossHistory history = new LossHistory(timesteps);
    for (int t = 0; t < timesteps; t++) {
      for (int i = 0; i < 10; i++) {
        history.add(t, i % 2 == 0 ? t + 1 : -t - 1);
      }
    }
    history.apply();
    return history;
  }

  private static double[] shares(LossHistory history, int timesteps) {
    double[] shares = new double[timesteps];
    for (int i = 0; i < DRAWS; i++) {
      shares[history.draw((i + 0.5) / DRAWS).timestep()] += 1.0 / DRAWS;
    }
    return shares;
  }

  @Test
  void timestepsAreAllAlikeUntilEachHasTenLosses() {
    LossHistory history = new LossHistory(4);
    for (int i = 0; i < 50; i++) {
      history.add(i % 3, 100);
    }
    history.apply();

    assertThat(shares(history, 4)).containsExactly(new double[] {.25, .25, .25, .25}, within(1e-9));
    assertThat(history.draw(0.3).weight()).isCloseTo(1, within(1e-12));
  }

  @Test
  void timestepIsDrawnByTheRootOfItsMeanSquareLoss() {
    double[] shares = shares(filled(4), 4);

    for (int t = 0; t < 4; t++) {
      assertThat(shares[t]).isCloseTo(0.999 * (t + 1) / 10 + 0.001 / 4, within(2e-4));
    }
  }

  @Test
  void weightsMakeUpForTheDraws() {
    LossHistory history = filled(4);
    double sum = 0;
    for (int i = 0; i < DRAWS; i++) {
      LossHistory.Draw draw = history.draw((i + 0.5) / DRAWS);
      sum += draw.weight() * (draw.timestep() == 2 ? 1 : 0) / DRAWS;
    }

    assertThat(sum).as("share of timestep 2 if all were alike").isCloseTo(.25, within(2e-4));
  }

  @Test
  void addedLossCountsOnceItIsAppliedAndReplacesTheOldest() {
    LossHistory history = filled(2);
    double[] before = shares(history, 2);
    for (int i = 0; i < 10; i++) {
      history.add(0, 2);
    }

    assertThat(shares(history, 2)).isEqualTo(before);
    history.apply();
    assertThat(shares(history, 2)).containsExactly(new double[] {.5, .5}, within(1e-9));
  }

  @Test
  void restoredHistoryDrawsAsTheOther() {
    LossHistory restored = new LossHistory(4);
    restored.restore(filled(4).state());

    assertThat(shares(restored, 4)).isEqualTo(shares(filled(4), 4));
  }

  @Test
  void stateOfOtherTimestepsIsRefused() {
    Map<String, TensorData> state = filled(3).state();

    assertThatThrownBy(() -> new LossHistory(4).restore(state))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("losses: 30 (expected: 40 numbers)");
  }
}
