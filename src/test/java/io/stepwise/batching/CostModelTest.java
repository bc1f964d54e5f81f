package io.stepwise.batching;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

final class CostModelTest {

  private static final long MILLI = 1_000_000L;

  private final CostModel model = new CostModel(16, 0);

  @Test
  void nothingKnownGivesTheLargestBatchesAndAGuess() {
    assertThat(model.isCold()).isTrue();
    assertThat(model.batchRows()).isEqualTo(16);
    assertThat(model.nanos(1)).isEqualTo(CostModel.UNKNOWN_NANOS);
    assertThat(model.decodeNanos()).isZero();
  }

  @Test
  void timeBetweenMeasuredSizesIsOnTheLine() {
    learn(1, 10);
    learn(2, 12);
    learn(4, 20);
    learn(8, 60);

    assertThat(model.nanos(1)).isEqualTo(10 * MILLI);
    assertThat(model.nanos(3)).isEqualTo(16 * MILLI);
    assertThat(model.nanos(5)).isEqualTo(30 * MILLI);
    assertThat(model.nanos(8)).isEqualTo(60 * MILLI);
    assertThat(model.nanos(10)).isEqualTo(80 * MILLI);
    assertThat(model.isCold()).isFalse();
  }

  @Test
  void sizesBelowTheSmallestMeasuredTakeAsLongAsThat() {
    learn(4, 20);
    learn(8, 30);

    assertThat(model.nanos(1)).isEqualTo(20 * MILLI);
  }

  @Test
  void outliersFewerThanHalfChangeNothing() {
    for (int i = 0; i < 5; i++) {
      learn(4, 20);
    }
    for (int i = 0; i < 4; i++) {
      learn(4, 20_000);
    }

    assertThat(model.nanos(4)).isEqualTo(20 * MILLI);
  }

  @Test
  void lastingChangeIsFollowedWithinNineSteps() {
    for (int i = 0; i < 100; i++) {
      learn(4, 20);
    }
    for (int i = 0; i < 5; i++) {
      learn(4, 50);
    }

    assertThat(model.nanos(4)).isEqualTo(50 * MILLI);
  }

  @Test
  void largerBatchIsNeverFaster() {
    Random random = new Random(1);
    for (int i = 0; i < 500; i++) {
      learn(1 + random.nextInt(16), 1 + random.nextInt(1000));
      for (int rows = 2; rows <= 20; rows++) {
        assertThat(model.nanos(rows)).isGreaterThanOrEqualTo(model.nanos(rows - 1));
      }
    }
  }

  @Test
  void sizesInTheWrongOrderAreAveragedByTheirMeasurements() {
    learn(4, 30);
    learn(4, 30);
    learn(4, 30);
    learn(8, 10);

    assertThat(model.nanos(4)).isEqualTo(25 * MILLI);
    assertThat(model.nanos(8)).isEqualTo(25 * MILLI);
  }

  @Test
  void whereRowsAreFreeBatchesAreAsLargeAsAllowed() {
    learn(1, 10);
    learn(16, 11);

    assertThat(model.batchRows()).isEqualTo(16);
  }

  /** 100, 160, 200, 205 and 206 rows a second. */
  @Test
  void smallestOfTheSizesThatAreAlmostTheBestIsChosen() {
    learn(1, 10.0);
    learn(2, 12.5);
    learn(4, 20.0);
    learn(8, 39.0);
    learn(16, 77.7);

    assertThat(model.batchRows()).isEqualTo(4);
  }

  @Test
  void sizesThatWereNeverMeasuredAreTried() {
    learn(1, 1000);
    assertThat(model.batchRows()).isEqualTo(16);

    learn(2, 1500);
    assertThat(model.batchRows()).isGreaterThan(8);
  }

  @Test
  void noStepIsLongerThanAllowed() {
    CostModel bounded = new CostModel(16, 40 * MILLI);
    assertThat(bounded.batchRows()).isEqualTo(1);
    bounded.learn(new StepTime(1, 11 * MILLI));
    assertThat(bounded.batchRows()).as("as if 2 took 22 and 4 44 ms").isEqualTo(3);

    bounded.learn(new StepTime(2, 12 * MILLI));
    bounded.learn(new StepTime(4, 14 * MILLI));
    bounded.learn(new StepTime(8, 35 * MILLI));
    bounded.learn(new StepTime(16, 67 * MILLI));

    int chosen = bounded.batchRows();
    assertThat(bounded.nanos(chosen)).isLessThanOrEqualTo(40 * MILLI);
    assertThat(chosen).isEqualTo(4);
  }

  @Test
  void atLeastOneRowIsRunHoweverLongItTakes() {
    CostModel bounded = new CostModel(16, 5 * MILLI);
    bounded.learn(new StepTime(1, 11 * MILLI));
    bounded.learn(new StepTime(16, 12 * MILLI));

    assertThat(bounded.batchRows()).isEqualTo(1);
  }

  @Test
  void decodingIsCountedForEachImage() {
    model.learnDecode(4, 40 * MILLI);
    model.learnDecode(1, 12 * MILLI);
    model.learnDecode(2, 400 * MILLI);

    assertThat(model.decodeNanos()).isEqualTo(12 * MILLI);
  }

  private void learn(int rows, double millis) {
    model.learn(new StepTime(rows, Math.round(millis * MILLI)));
  }
}
