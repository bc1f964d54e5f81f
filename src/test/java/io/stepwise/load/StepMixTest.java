package io.stepwise.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class StepMixTest {

  @Test
  void everyStepCountHasItsPartOfTheLine() {
    StepMix mix = StepMix.parse("10:5, 50:3,250:2");

    assertThat(mix.steps()).containsExactly(10, 50, 250);
    assertThat(mix.choose(0)).isEqualTo(10);
    assertThat(mix.choose(0.4999)).isEqualTo(10);
    assertThat(mix.choose(0.5)).isEqualTo(50);
    assertThat(mix.choose(0.7999)).isEqualTo(50);
    assertThat(mix.choose(0.8001)).isEqualTo(250);
    assertThat(mix.choose(Math.nextDown(1.0))).isEqualTo(250);
  }

  @Test
  void weightMayBeLeftOut() {
    assertThat(StepMix.parse("20")).isEqualTo(StepMix.parse("20:1"));
  }

  @Test
  void noMixLeavesTheStepsToTheServer() {
    assertThat(StepMix.NONE.choose(0.5)).isEqualTo(StepMix.SERVERS_CHOICE);
    assertThat(StepMix.NONE.steps()).containsExactly(StepMix.SERVERS_CHOICE);
    assertThat(StepMix.name(StepMix.SERVERS_CHOICE)).isEqualTo("default");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "10:", ":1", "0:1", "10:0", "10:-1", "10:NaN", "10,10", "a", "1:1:1"})
  void whatIsNoMixIsRefusedWithWhatIsExpected(String text) {
    assertThatThrownBy(() -> StepMix.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(text + " (expected: ");
  }
}
