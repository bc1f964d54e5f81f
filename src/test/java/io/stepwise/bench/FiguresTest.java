package io.stepwise.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class FiguresTest {

  @Test
  void figureHasFourDigits() {
    assertThat(Figures.rounded(0.123456)).isEqualTo(0.1235);
    assertThat(Figures.rounded(123456.7)).isEqualTo(123500);
    assertThat(Figures.rounded(0)).isZero();
  }
}
