package io.stepwise.sampling;

import java.util.List;
import java.util.stream.IntStream;

/** The replicas of one model, in order. */
public record ModelReadiness(String model, List<Replica> replicas) {

  /** Copies the list. */
  public ModelReadiness {
    replicas = List.copyOf(replicas);
  }

  /** Returns a model whose replicas have not reported yet. */
  static ModelReadiness starting(String model, int replicas) {
    return new ModelReadiness(
        model,
        IntStream.range(0, replicas)
            .mapToObj(slot -> new Replica(slot, State.STARTING, "its weights are being loaded"))
            .toList());
  }

  /** Returns whether at least one replica can work. */
  public boolean ready() {
    return replicas.stream().anyMatch(replica -> replica.state() == State.READY);
  }

  /** Returns whether no replica works and none is likely to soon. */
  public boolean unavailable() {
    return replicas.stream()
        .allMatch(r -> r.state() == State.CANNOT_START || r.state() == State.GIVEN_UP);
  }

  /**
   * One replica.
   *
   * @param node the node of a cluster that it is on, as host:port; empty where there is one process
   * @param slot its place on the node, 0 or more
   * @param detail why it is not ready; empty if it is
   */
  public record Replica(String node, int slot, State state, String detail) {

    /** Makes a replica where there is one process. */
    public Replica(int slot, State state, String detail) {
      this("", slot, state, detail);
    }
  }

  /** What a replica is doing. */
  public enum State {
    /** Its weights are being loaded for the first time. */
    STARTING,
    /** It runs batches. */
    READY,
    /** It failed and is being started again. */
    RESTARTING,
    /** Its weights cannot be loaded; this is tried again and again. */
    CANNOT_START,
    /** Too many of its predecessors hang in native code; it is not replaced until one returns. */
    GIVEN_UP
  }
}
