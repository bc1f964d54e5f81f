package io.stepwise.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.stepwise.sampling.Fleet;
import java.util.List;
import java.util.Locale;

/** All replicas and what waits for them. */
record FleetJson(
    boolean draining, int unfinishedImages, int maxUnfinishedImages, List<Model> models) {

  private record Model(
      String name,
      String snapshot,
      List<String> snapshots,
      int waitingImages,
      int inFlightImages,
      int batchRows,
      List<Replica> replicas) {

    static Model of(Fleet.Model model) {
      return new Model(
          model.name(),
          model.snapshot(),
          model.snapshots(),
          model.waitingImages(),
          model.inFlightImages(),
          model.batchRows(),
          model.replicas().stream().map(Replica::of).toList());
    }
  }

  private record Replica(
      @JsonInclude(JsonInclude.Include.NON_EMPTY) String node,
      int slot,
      String state,
      String detail,
      long restarts) {

    static Replica of(Fleet.Replica replica) {
      String state = replica.state().name().toLowerCase(Locale.ROOT);
      return new Replica(
          replica.node(), replica.slot(), state, replica.detail(), replica.restarts());
    }
  }

  static FleetJson of(Fleet fleet) {
    return new FleetJson(
        fleet.draining(),
        fleet.unfinishedImages(),
        fleet.maxUnfinishedImages(),
        fleet.models().stream().map(Model::of).toList());
  }
}
