package io.stepwise.sampling;

import org.apache.pekko.actor.typed.ActorRef;

/** A model, its router, and what the router last said of its replicas. Not thread safe. */
final class ModelEntry {

  private final ServedModel served;
  private final ActorRef<Router.Command> router;
  private final SamplingOptions.Requests limits;
  private ModelReadiness readiness;

  ModelEntry(ServedModel served, ActorRef<Router.Command> router, SamplingOptions.Requests limits) {
    this.served = served;
    this.router = router;
    this.limits = limits;
    this.readiness = ModelReadiness.starting(served.name(), served.replicas());
  }

  ActorRef<Router.Command> router() {
    return router;
  }

  ModelReadiness readiness() {
    return readiness;
  }

  void readinessIs(ModelReadiness changed) {
    readiness = changed;
  }

  Renderer.Source source() {
    return new Renderer.Source(served.model().description(), router);
  }

  ModelInfo info() {
    PlanSource plans = served.plans();
    return new ModelInfo(
        served.model().description(),
        plans.solvers(),
        plans.defaultSolver(),
        Math.min(limits.maxSteps(), plans.maxSteps()),
        limits.maxImages(),
        readiness.ready());
  }
}
