package io.stepwise.cli;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.stepwise.cluster.ClusterConfig;
import io.stepwise.cluster.Placement;
import io.stepwise.cluster.SharedSnapshots;
import io.stepwise.sampling.GenerationEvent;
import io.stepwise.sampling.GenerationRequest;
import io.stepwise.sampling.GenerationResult;
import io.stepwise.sampling.ImageEncoder;
import io.stepwise.sampling.RouterSource;
import io.stepwise.sampling.SamplingClient;
import io.stepwise.sampling.SamplingListener;
import io.stepwise.sampling.SamplingOptions;
import io.stepwise.sampling.SamplingService;
import io.stepwise.sampling.ServedModel;
import io.stepwise.settings.ClusterSettings;
import io.stepwise.snapshot.SnapshotStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** The actors of one process: the sampling service is the guardian of their system. */
final class SamplingSystem implements AutoCloseable {

  private static final Duration LONGEST_END = Duration.ofSeconds(10);

  private final ActorSystem<SamplingService.Command> system;
  private final SamplingClient client;
  private final SharedSnapshots snapshots;

  private SamplingSystem(
      ActorSystem<SamplingService.Command> system,
      SamplingOptions options,
      SharedSnapshots snapshots) {
    this.system = system;
    this.snapshots = snapshots;
    this.client = new SamplingClient(system, system, options.requests().maxDeadline());
  }

  /** Starts the actors, which load the weights in the background. */
  static SamplingSystem start(List<ServedModel> models, SamplingOptions options) {
    return start(models, options, SamplingListener.NONE);
  }

  /**
   * Starts the actors, which load the weights in the background.
   *
   * @param listener hears what they do
   */
  static SamplingSystem start(
      List<ServedModel> models, SamplingOptions options, SamplingListener listener) {
    RouterSource routers = RouterSource.local(options, listener);
    ActorSystem<SamplingService.Command> system =
        ActorSystem.create(service(models, options, listener, routers), ClusterConfig.SYSTEM);
    return new SamplingSystem(system, options, SharedSnapshots.none(system));
  }

  /**
   * Starts the actors of a gateway, which has the images made by the samplers of its cluster.
   *
   * @param stores of the versions that it shares with the other nodes, by the models' names
   */
  static SamplingSystem startGateway(
      List<ServedModel> models,
      SamplingOptions options,
      SamplingListener listener,
      ClusterSettings cluster,
      Map<String, SnapshotStore> stores) {
    CompletableFuture<SharedSnapshots> shared = new CompletableFuture<>();
    Behavior<SamplingService.Command> gateway =
        Behaviors.setup(
            context -> {
              SharedSnapshots snapshots =
                  SharedSnapshots.start(context.getSystem(), stores, cluster);
              ActorRef<SamplingService.Command> self = context.getSelf();
              snapshots.follow(choice -> self.tell(new SamplingService.FollowVersions(choice)));
              shared.complete(snapshots);
              List<ServedModel> sharing = models.stream().map(snapshots::share).toList();
              return service(sharing, options, listener, Placement.source(snapshots));
            });
    Config config = ClusterConfig.of(cluster).withFallback(ConfigFactory.load());
    ActorSystem<SamplingService.Command> system =
        ActorSystem.create(gateway, ClusterConfig.SYSTEM, config);
    return new SamplingSystem(system, options, shared.join());
  }

  private static Behavior<SamplingService.Command> service(
      List<ServedModel> models,
      SamplingOptions options,
      SamplingListener listener,
      RouterSource routers) {
    return SamplingService.create(models, options, ImageEncoder.png(), listener, routers);
  }

  ActorSystem<SamplingService.Command> system() {
    return system;
  }

  /**
   * Asks for images and completes with how it ended.
   *
   * @param listener told every event but the result, one at a time, on a thread of the actors
   */
  CompletionStage<GenerationResult> generate(
      GenerationRequest request, Consumer<GenerationEvent> listener) {
    CompletableFuture<GenerationResult> result = new CompletableFuture<>();
    ActorRef<GenerationEvent> replyTo =
        system.systemActorOf(hearing(listener, result), "listener-" + request.id(), Props.empty());
    system.tell(new SamplingService.Generate(request, SamplingService.Detail.STEPS, replyTo));
    return result;
  }

  SamplingClient client() {
    return client;
  }

  /** Returns the versions that the process shares with others; none where it is in no cluster. */
  SharedSnapshots snapshots() {
    return snapshots;
  }

  private static Behavior<GenerationEvent> hearing(
      Consumer<GenerationEvent> listener, CompletableFuture<GenerationResult> result) {
    return Behaviors.receiveMessage(
        event -> {
          if (event instanceof GenerationResult end) {
            result.complete(end);
            return Behaviors.stopped();
          }
          listener.accept(event);
          return Behaviors.same();
        });
  }

  /**
   * Ends the actors; what still runs is told that it failed. A replica whose thread hangs in native
   * code is not waited for.
   */
  @Override
  public void close() {
    system.terminate();
    system
        .getWhenTerminated()
        .toCompletableFuture()
        .completeOnTimeout(Done.getInstance(), LONGEST_END.toSeconds(), TimeUnit.SECONDS)
        .join();
  }
}
