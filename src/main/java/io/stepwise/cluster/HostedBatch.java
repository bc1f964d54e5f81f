package io.stepwise.cluster;

import io.stepwise.sampling.FleetEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * A batch that is done, as its host tells it. Times count from the moment of sending, for clocks of
 * nodes differ.
 *
 * @param slot the replica's, 0 or more
 * @param snapshot digest of the weights that it ran on
 * @param startedAgoNanos time since the replica began with it
 * @param rows network rows, 0 or more
 * @param images who was in it, by the ids that their gateways know
 */
record HostedBatch(
    int slot,
    String snapshot,
    long batchId,
    long startedAgoNanos,
    long ranNanos,
    int rows,
    List<FleetEvent.Member> images) {

  HostedBatch {
    if (slot < 0 || rows < 0) {
      throw new IllegalArgumentException(
          "slot, rows: " + slot + ", " + rows + " (expected: 0 or more)");
    }
    images = List.copyOf(images);
  }

  /** Returns a batch of a router of this node. */
  static HostedBatch of(FleetEvent.BatchFinished batch, Instant now) {
    return new HostedBatch(
        batch.replica(),
        batch.snapshot(),
        batch.batchId(),
        Math.max(0, Duration.between(batch.started(), now).toNanos()),
        batch.ran().toNanos(),
        batch.rows(),
        batch.images().stream().map(HostedBatch::asAsked).toList());
  }

  private static FleetEvent.Member asAsked(FleetEvent.Member image) {
    return new FleetEvent.Member(
        HostedImages.requestOf(image.generation()), image.index(), image.step(), image.of());
  }

  /** Returns the batch as whoever watches the fleet is told of it. */
  FleetEvent.BatchFinished toldOf(String model, String node, Instant now) {
    return new FleetEvent.BatchFinished(
        model,
        node,
        slot,
        snapshot,
        batchId,
        now.minusNanos(startedAgoNanos),
        Duration.ofNanos(ranNanos),
        rows,
        images);
  }
}
