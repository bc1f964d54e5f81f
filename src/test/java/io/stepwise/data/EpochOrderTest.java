package io.stepwise.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EpochOrderTest {

  @Test
  void epochVisitsEachImageOnce() {
    int[] order = new EpochOrder(7, 1000).order(3);

    assertThat(order).isNotEqualTo(IntStream.range(0, 1000).toArray());
    assertThat(IntStream.of(order).sorted()).containsExactlyElementsOf(range(1000));
  }

  @Test
  void orderDependsOnSeedAndEpochAlone() {
    EpochOrder order = new EpochOrder(7, 1000);
    int[] second = order.order(2);
    order.order(9);

    assertThat(order.order(2)).isEqualTo(second);
    assertThat(new EpochOrder(7, 1000).order(2)).isEqualTo(second);
    assertThat(order.order(3)).isNotEqualTo(second);
    assertThat(new EpochOrder(8, 1000).order(2)).isNotEqualTo(second);
  }

  /** Recorded with commons-rng 1.7: a library that changed its stream would break checkpoints. */
  @Test
  void orderIsTheOneThatCheckpointsWereWrittenWith() {
    EpochOrder order = new EpochOrder(42, 10);

    assertThat(order.order(0)).containsExactly(RECORDED_0);
    assertThat(order.order(1)).containsExactly(RECORDED_1);
  }

  private static final int[] RECORDED_0 = {7, 1, 5, 4, 8, 2, 9, 6, 0, 3};
  private static final int[] RECORDED_1 = {6, 8, 5, 9, 7, 4, 0, 1, 2, 3};

  @Test
  void batchRunsAcrossTheBorderOfEpochs() {
    EpochOrder order = new EpochOrder(1, 10);

    int[] batch = order.batch(8, 4);

    assertThat(batch)
        .containsExactly(
            order.order(0)[8], order.order(0)[9], order.order(1)[0], order.order(1)[1]);
  }

  @Test
  void resumedRunSeesTheSameBatches() {
    EpochOrder unbroken = new EpochOrder(5, 23);
    int[] all = unbroken.batch(0, 100);

    EpochOrder resumed = new EpochOrder(5, 23);

    assertThat(resumed.batch(60, 40)).isEqualTo(Arrays.copyOfRange(all, 60, 100));
  }

  @Test
  void positionsBeyondIntegersAreReached() {
    EpochOrder order = new EpochOrder(5, 7);
    long position = 7L * Integer.MAX_VALUE * 3 + 2;

    assertThat(order.epoch(position)).isEqualTo(3L * Integer.MAX_VALUE);
    assertThat(order.index(position)).isEqualTo(order.order(3L * Integer.MAX_VALUE)[2]);
  }

  @Test
  void changingAReturnedOrderChangesNothing() {
    EpochOrder order = new EpochOrder(1, 10);
    int first = order.index(0);

    order.order(0)[0] = -5;

    assertThat(order.index(0)).isEqualTo(first);
  }

  @Test
  void negativePositionAndEmptyDataAreRefused() {
    assertThatThrownBy(() -> new EpochOrder(1, 10).index(-1))
        .hasMessage("position: -1 (expected: >= 0)");
    assertThatThrownBy(() -> new EpochOrder(1, 0)).hasMessage("count: 0 (expected: >= 1)");
  }

  private static Iterable<Integer> range(int count) {
    return IntStream.range(0, count).boxed().toList();
  }
}
