package io.stepwise.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.sampling.FleetEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.Test;

final class WatchedBatchesTest {

  private static final Instant STARTED = Instant.ofEpochSecond(1_700_000_000);

  private final ActorRef<Placement.News> first = newWatcher();
  private final ActorRef<Placement.News> second = newWatcher();
  private final WatchedBatches batches = new WatchedBatches();

  @Test
  void watcherIsOneUntilItsLeaseEnds() {
    long lease = WatchedBatches.LEASE.toNanos();
    batches.watch(first, 0);
    batches.watch(second, 10);

    assertThat(batches.watchers(lease)).containsExactlyInAnyOrder(first, second);
    batches.watch(second, lease);
    assertThat(batches.watchers(lease + 1)).containsExactly(second);
    assertThat(batches.watchers(2 * lease + 1)).isEmpty();
  }

  @Test
  void batchesAreForgottenWhenNobodyWatches() {
    batches.add(batch(1, 1));
    batches.watchers(0);

    assertThat(batches.isEmpty()).isTrue();
  }

  @Test
  void newestBatchesAreKeptAndOthersCounted() {
    for (int id = 0; id < WatchedBatches.MOST_BATCHES + 3; id++) {
      batches.add(batch(id, 1));
    }

    WatchedBatches.Taken taken = batches.take(STARTED);

    assertThat(taken.dropped()).isEqualTo(3);
    assertThat(taken.batches()).hasSize(WatchedBatches.MOST_BATCHES);
    assertThat(taken.batches().get(0).batchId()).isEqualTo(3);
    assertThat(batches.isEmpty()).isTrue();
    assertThat(batches.take(STARTED).dropped()).isZero();
  }

  @Test
  void imagesOfAMessageAreBoundedButOneBatchIsAlwaysTold() {
    batches.add(batch(1, 1));
    batches.add(batch(2, WatchedBatches.MOST_IMAGES));
    batches.add(batch(3, WatchedBatches.MOST_IMAGES + 1));

    assertThat(batches.take(STARTED).batches())
        .extracting(HostedBatch::batchId)
        .containsExactly(3L);
  }

  @Test
  void batchGoesOverWithTimesThatCountFromTheSendingAndWithoutTheHostsNamesOfGenerations() {
    batches.add(batch(1, 1));

    HostedBatch batch = batches.take(STARTED.plusMillis(30)).batches().get(0);

    assertThat(batch.startedAgoNanos()).isEqualTo(30_000_000);
    assertThat(batch.images()).containsExactly(new FleetEvent.Member("a@b", 0, 2, 5));
    assertThat(batch.toldOf("toy", "", STARTED.plusMillis(31)).started())
        .isEqualTo(STARTED.plusMillis(1));
  }

  private static FleetEvent.BatchFinished batch(long id, int images) {
    FleetEvent.Member image = new FleetEvent.Member(HostedImages.nameOf("a@b", 12), 0, 2, 5);
    return new FleetEvent.BatchFinished(
        "toy",
        "",
        0,
        "weights",
        id,
        STARTED,
        Duration.ofMillis(20),
        images,
        Collections.nCopies(images, image));
  }

  private static ActorRef<Placement.News> newWatcher() {
    return TestInbox.<Placement.News>create().getRef();
  }
}
