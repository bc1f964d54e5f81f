package io.stepwise.sampling;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** What whoever watches the fleet is told. */
public sealed interface FleetEvent {

  /**
   * A batch is done.
   *
   * @param node the node of a cluster that the replica is on, as host:port; empty where there is
   *     one process
   * @param replica the replica's slot on its node
   * @param snapshot digest of the weights that it ran on
   * @param batchId never used twice by a model's router on one node
   * @param started when the replica began with it
   * @param rows network rows
   * @param images who was in it
   */
  record BatchFinished(
      String model,
      String node,
      int replica,
      String snapshot,
      long batchId,
      Instant started,
      Duration ran,
      int rows,
      List<Member> images)
      implements FleetEvent {

    /** Copies the list. */
    public BatchFinished {
      images = List.copyOf(images);
    }
  }

  /** Batches were done of which nobody is told, for there were too many. */
  record BatchesDropped(long count) implements FleetEvent {}

  /** The fleet as it is now; sent when something but the batches has changed, and now and then. */
  record Changed(Fleet fleet) implements FleetEvent {}

  /**
   * An image in a batch.
   *
   * @param generation the generation's id
   * @param index the image, 0 to n - 1
   * @param step steps taken with this one, 1 to {@code of}
   */
  record Member(String generation, int index, int step, int of) {}
}
