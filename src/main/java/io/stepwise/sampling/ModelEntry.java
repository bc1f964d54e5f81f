package io.stepwise.sampling;

import java.util.List;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.pattern.StatusReply;

/**
 * A model: its router and what that last said of its replicas, which version each request gets, and
 * who takes further ones into use. Not thread safe.
 */
final class ModelEntry {

  private final ServedModel served;
  private final ActorRef<Router.Order> router;
  private final ActorRef<Rollout.Command> rollout;
  private final SamplingOptions.Requests limits;
  private final SamplingListener listener;
  private final VersionUse versions;
  private ModelReadiness readiness;

  ModelEntry(
      ServedModel served,
      ActorRef<Router.Order> router,
      ActorRef<Rollout.Command> rollout,
      SamplingOptions.Requests limits,
      SamplingListener listener) {
    this.served = served;
    this.router = router;
    this.rollout = rollout;
    this.limits = limits;
    this.listener = listener;
    this.versions = new VersionUse(served.model().description());
    this.readiness = ModelReadiness.starting(served.name(), served.replicas());
    reportVersions();
  }

  ActorRef<Rollout.Command> rollout() {
    return rollout;
  }

  /** Returns the request with the version that its images are made with. */
  ResolvedRequest on(ResolvedRequest request, GenerationRequest asked) {
    return request.on(versions.choose(asked));
  }

  /** A generation begins, and needs its version until it has {@link #ended}. */
  void began(ResolvedRequest request) {
    versions.pin(request);
  }

  void ended(String id) {
    versions.unpin(id);
    dropUnused();
  }

  void load(SamplingService.LoadVersion order) {
    versions.begin(VersionsInUse.digest(order.version()));
    reportVersions();
    router.tell(new Router.LoadVersion(order.version(), order.replyTo()));
  }

  void use(SamplingService.UseVersion order) {
    String digest = order.version().digest();
    if (order.endsTrial()) {
      versions.tryOut(null);
    }
    if (order.share() == null) {
      versions.use(order.version());
      router.tell(new Router.PreferVersion(digest));
      listener.versionSwitched(served.name(), digest);
    } else {
      versions.tryOut(new ModelVersions.Canary(digest, order.share()));
    }
    dropUnused();
  }

  void abandon() {
    versions.abandon();
    dropUnused();
  }

  /** Has somebody told the versions, with the history that the store knows. */
  void tellVersions(ActorRef<StatusReply<ModelVersions>> replyTo) {
    ModelVersions known =
        new ModelVersions(
            served.name(),
            versions.current().digest(),
            versions.canary(),
            versions.images(),
            List.of(),
            null);
    rollout.tell(new Rollout.Report(known, replyTo));
  }

  private void dropUnused() {
    Set<String> unused = versions.takeUnused();
    if (!unused.isEmpty()) {
      unused.forEach(digest -> router.tell(new Router.DropVersion(digest)));
      reportVersions();
    }
  }

  private void reportVersions() {
    rollout.tell(new Rollout.InUse(versions.inUse()));
  }

  String name() {
    return served.name();
  }

  ActorRef<Router.Order> router() {
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
        versions.current(),
        versions.offered(),
        plans.solvers(),
        plans.defaultSolver(),
        Math.min(limits.maxSteps(), plans.maxSteps()),
        limits.maxImages(),
        readiness.ready());
  }
}
