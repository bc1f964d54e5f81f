package io.stepwise.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.stepwise.sampling.ModelReadiness;
import io.stepwise.sampling.Readiness;
import java.util.List;
import java.util.Locale;

/** Whether the service can be sent work, and what each replica does. */
record ReadinessJson(
    boolean ready,
    boolean draining,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) String detail,
    List<Model> models) {

  private record Model(String name, boolean ready, List<Replica> replicas) {

    static Model of(ModelReadiness model) {
      return new Model(
          model.model(), model.ready(), model.replicas().stream().map(Replica::of).toList());
    }
  }

  private record Replica(
      @JsonInclude(JsonInclude.Include.NON_EMPTY) String node,
      int slot,
      String state,
      String detail) {

    static Replica of(ModelReadiness.Replica replica) {
      String state = replica.state().name().toLowerCase(Locale.ROOT);
      return new Replica(replica.node(), replica.slot(), state, replica.detail());
    }
  }

  static ReadinessJson of(Readiness readiness) {
    return new ReadinessJson(
        readiness.ready(),
        readiness.draining(),
        readiness.detail(),
        readiness.models().stream().map(Model::of).toList());
  }
}
