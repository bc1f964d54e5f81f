package io.stepwise.sampling;

import java.util.List;

/**
 * All replicas and what waits for them, at one moment.
 *
 * @param unfinishedImages images that are admitted and not finished, over all models
 * @param maxUnfinishedImages most of them that may be; 0 where none are admitted
 */
public record Fleet(
    boolean draining, int unfinishedImages, int maxUnfinishedImages, List<Model> models) {

  /** Copies the list. */
  public Fleet {
    models = List.copyOf(models);
  }

  /**
   * One model.
   *
   * @param snapshot digest of the weights that new images begin on
   * @param snapshots digests of all weights that replicas have, the oldest first: those that new
   *     images begin on and those that images finish on
   * @param waitingImages images that wait for their next step
   * @param inFlightImages images in batches that replicas have
   * @param batchRows the largest batch that is made at present, in network rows
   */
  public record Model(
      String name,
      String snapshot,
      List<String> snapshots,
      int waitingImages,
      int inFlightImages,
      int batchRows,
      List<Replica> replicas) {

    /** Copies the list. */
    public Model {
      snapshots = List.copyOf(snapshots);
      replicas = List.copyOf(replicas);
    }
  }

  /**
   * One replica.
   *
   * @param node the node of a cluster that it is on, as host:port; empty where there is one process
   * @param slot its place on the node, 0 or more
   * @param detail why it is not ready; empty if it is
   * @param restarts how often it was started anew
   */
  public record Replica(
      String node, int slot, ModelReadiness.State state, String detail, long restarts) {

    /** Makes a replica where there is one process. */
    public Replica(int slot, ModelReadiness.State state, String detail, long restarts) {
      this("", slot, state, detail, restarts);
    }

    /** Returns the same replica, said to be on a node. */
    public Replica on(String where) {
      return new Replica(where, slot, state, detail, restarts);
    }

    /** Returns whether it can work. */
    public ModelReadiness.Replica readiness() {
      return new ModelReadiness.Replica(node, slot, state, detail);
    }
  }
}
