package io.stepwise.cluster;

import io.stepwise.sampling.Fleet;
import io.stepwise.sampling.FleetWatch;
import io.stepwise.sampling.ModelReadiness;
import io.stepwise.sampling.Readiness;
import io.stepwise.sampling.Vitals;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;

/**
 * How a node fares that takes no requests: it is ready while it is up in its cluster and each of
 * its models has a replica that can work.
 */
public final class NodeVitals implements Vitals {

  private static final Duration ANSWER = Duration.ofSeconds(10);

  private final ActorSystem<?> system;
  private final List<ActorRef<ModelHost.Command>> hosts;
  private volatile boolean isDraining;

  /**
   * Makes the vitals of a node.
   *
   * @param hosts those of its models, in the order of the settings; none where it makes no images
   */
  public NodeVitals(ActorSystem<?> system, List<ActorRef<ModelHost.Command>> hosts) {
    this.system = system;
    this.hosts = List.copyOf(hosts);
  }

  /** The node is not ready any more, for good. */
  public void drain() {
    isDraining = true;
  }

  /** Returns the models as they fare on this node; images are admitted elsewhere. */
  @Override
  public CompletionStage<Fleet> fleet() {
    return models().thenApply(this::fleet);
  }

  private Fleet fleet(List<Fleet.Model> models) {
    int unfinished = models.stream().mapToInt(m -> m.waitingImages() + m.inFlightImages()).sum();
    return new Fleet(isDraining, unfinished, 0, models);
  }

  @Override
  public CompletionStage<Readiness> readiness() {
    return models()
        .thenApply(
            models ->
                new Readiness(
                    isDraining, detail(), models.stream().map(NodeVitals::readiness).toList()));
  }

  private String detail() {
    boolean isUp = Cluster.get(system).selfMember().status().equals(MemberStatus.up());
    return isUp ? "" : "the node is not up in its cluster";
  }

  private static ModelReadiness readiness(Fleet.Model model) {
    return new ModelReadiness(
        model.name(), model.replicas().stream().map(Fleet.Replica::readiness).toList());
  }

  private CompletionStage<List<Fleet.Model>> models() {
    CompletionStage<List<Fleet.Model>> models = CompletableFuture.completedStage(List.of());
    for (ActorRef<ModelHost.Command> host : hosts) {
      CompletionStage<FleetWatch.News> report =
          AskPattern.ask(host, ModelHost.GetReport::new, ANSWER, system.scheduler());
      models = models.thenCombine(report, NodeVitals::with);
    }
    return models;
  }

  private static List<Fleet.Model> with(List<Fleet.Model> models, FleetWatch.News report) {
    List<Fleet.Model> more = new ArrayList<>(models);
    more.add(((FleetWatch.ModelReport) report).model());
    return more;
  }
}
