package io.stepwise.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.apache.commons.rng.LongJumpableUniformRandomProvider;
import org.apache.commons.rng.UniformRandomProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class NormalStreamTest {

  @Test
  void sameKeyGivesTheSameDraws() {
    assertThat(new NormalStream(42, 7, 3).draw(1000))
        .isEqualTo(new NormalStream(42, 7, 3).draw(1000));
  }

  @Test
  void shorterDrawIsTheBeginningOfALongerOne() {
    NormalStream stream = new NormalStream(42, 7, 3);

    assertThat(stream.draw(784)).isEqualTo(Arrays.copyOf(stream.draw(3072), 784));
    assertThat(stream.draw(0)).isEmpty();
  }

  @Test
  void seedImageAndStepEachGiveAStreamOfTheirOwn() {
    NormalStream[] streams = {
      new NormalStream(0, 0, 0),
      new NormalStream(1, 0, 0),
      new NormalStream(-1, 0, 0),
      new NormalStream(1L << 32, 0, 0),
      new NormalStream(0, 1, 0),
      new NormalStream(0, 0, 1),
      new NormalStream(1, 1, 0),
      new NormalStream(1, 0, 1),
      new NormalStream(0, 1, 1),
    };
    for (int i = 0; i < streams.length; i++) {
      for (int j = 0; j < i; j++) {
        assertThat(Math.abs(correlation(streams[i].draw(10_000), streams[j].draw(10_000))))
            .as("%s and %s", streams[i], streams[j])
            .isLessThan(0.05);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 42, -1, Long.MIN_VALUE, Long.MAX_VALUE})
  void drawsAreStandardNormal(long seed) {
    float[] draws = new NormalStream(seed, 0, 1).draw(100_000);
    double mean = moment(draws, 1);
    double variance = moment(draws, 2);
    double skewness = moment(draws, 3);
    double kurtosis = moment(draws, 4);

    // Five standard errors each.
    assertThat(mean).isCloseTo(0, within(5 * Math.sqrt(1 / 1e5)));
    assertThat(variance).isCloseTo(1, within(5 * Math.sqrt(2 / 1e5)));
    assertThat(skewness).isCloseTo(0, within(5 * Math.sqrt(15 / 1e5)));
    assertThat(kurtosis).isCloseTo(3, within(5 * Math.sqrt(96 / 1e5)));
  }

  @Test
  void nextStepIsALongJumpAwaySoThatStepsNeverOverlap() {
    LongJumpableUniformRandomProvider random =
        (LongJumpableUniformRandomProvider) new NormalStream(42, 7, 3).random();
    random.longJump();

    assertSameBits(random, new NormalStream(42, 7, 4).random());
  }

  private static void assertSameBits(UniformRandomProvider left, UniformRandomProvider right) {
    for (int i = 0; i < 100; i++) {
      assertThat(left.nextLong()).isEqualTo(right.nextLong());
    }
  }

  /** NumPy 2.4: {@code Philox(key=[42, 7], counter=[0, 0, 0, 3]).random_raw(5)}. */
  @Test
  void bitsAreThoseOfAnIndependentPhilox() {
    UniformRandomProvider random = new NormalStream(42, 7, 3).random();

    assertThat(random.longs(5))
        .as("the library's Philox has changed: every seed would give another image")
        .containsExactly(
            0xa13843174707af50L,
            0xe91f702fa7a20547L,
            0x701c8c456c11878bL,
            0x69e498be9a5b4438L,
            0xefda53c5e41e03dfL);
  }

  /** Recorded with commons-rng 1.7. */
  @Test
  void drawsAreTheRecordedOnes() {
    assertThat(new NormalStream(42, 7, 3).draw(6))
        .as("the library's normal sampler has changed: every seed would give another image")
        .containsExactly(
            -1.389587f, -0.34886464f, 1.2737263f, 1.7298096f, -0.103939794f, -0.2187822f);
  }

  @Test
  void negativeImageOrStepIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new NormalStream(0, -1, 0))
        .withMessage("image: -1 (expected: >= 0)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new NormalStream(0, 0, -1))
        .withMessage("step: -1 (expected: >= 0)");
  }

  private static double moment(float[] values, int power) {
    double sum = 0;
    for (float value : values) {
      sum += Math.pow(value, power);
    }
    return sum / values.length;
  }

  private static double correlation(float[] left, float[] right) {
    double sum = 0;
    for (int i = 0; i < left.length; i++) {
      sum += left[i] * right[i];
    }
    return sum / left.length;
  }
}
