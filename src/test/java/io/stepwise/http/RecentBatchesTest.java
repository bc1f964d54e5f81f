package io.stepwise.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.sampling.FleetEvent.BatchFinished;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecentBatchesTest {

  private final RecentBatches batches = new RecentBatches(3);

  @Test
  void newestAreKeptAndTheOthersCounted() {
    for (int i = 0; i < 5; i++) {
      batches.add(batch(i));
    }
    assertThat(batches.take())
        .isEqualTo(new RecentBatches.Taken(2, List.of(batch(2), batch(3), batch(4))));
    assertThat(batches.isEmpty()).isTrue();
  }

  @Test
  void batchesOfWhichNothingIsKnownAreCountedWithTheNext() {
    batches.drop(7);
    assertThat(batches.isEmpty()).isTrue();
    batches.add(batch(0));
    assertThat(batches.take()).isEqualTo(new RecentBatches.Taken(7, List.of(batch(0))));
  }

  @Test
  void nothingIsToldTwice() {
    batches.add(batch(0));
    batches.take();
    batches.add(batch(1));
    assertThat(batches.take()).isEqualTo(new RecentBatches.Taken(0, List.of(batch(1))));
  }

  private static BatchFinished batch(long id) {
    return new BatchFinished("toy", "", 0, "abc", id, Instant.EPOCH, Duration.ZERO, 1, List.of());
  }
}
