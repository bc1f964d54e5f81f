package io.stepwise.telemetry;

import java.util.List;

/**
 * What the gauges of the fleet show, read at one moment.
 *
 * @param unfinishedImages images that are admitted and not finished, over all models
 * @param maxUnfinishedImages most of them that may be; 0 for a process that admits none, of which
 *     neither is shown
 */
public record FleetReading(int unfinishedImages, int maxUnfinishedImages, List<Model> models) {

  /** Copies the list. */
  public FleetReading {
    models = List.copyOf(models);
  }

  /**
   * One model.
   *
   * @param snapshot digest of the weights that new images begin on
   * @param snapshots how many versions of its weights replicas have
   * @param waitingImages images that wait for their next step
   * @param inFlightImages images in batches that replicas have
   * @param batchRows the largest batch that is made at present, in network rows
   * @param replicas places for replicas
   * @param replicasReady those of them that can work
   */
  public record Model(
      String name,
      String snapshot,
      int snapshots,
      int waitingImages,
      int inFlightImages,
      int batchRows,
      int replicas,
      int replicasReady) {}
}
