package io.stepwise.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class MedianTest {

  @Test
  void oddNumberOfValuesHasOneInTheMiddle() {
    assertThat(Median.of(List.of(9.0, 1.0, 2.0))).isEqualTo(2);
  }

  @Test
  void evenNumberOfValuesHasTheMeanOfTwo() {
    assertThat(Median.of(List.of(9.0, 1.0, 2.0, 4.0))).isEqualTo(3);
  }

  @Test
  void oneDisturbedMeasurementDoesNotMoveIt() {
    assertThat(Median.of(List.of(2.0, 2.0, 1e9))).isEqualTo(2);
  }

  @Test
  void noValueHasNoMiddle() {
    assertThatThrownBy(() -> Median.of(List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("values: none (expected: 1 or more)");
  }
}
