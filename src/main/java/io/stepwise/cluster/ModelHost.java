package io.stepwise.cluster;

import io.stepwise.sampling.FleetWatch;
import io.stepwise.sampling.ModelReadiness;
import io.stepwise.sampling.Recipe;
import io.stepwise.sampling.Renderer;
import io.stepwise.sampling.Router;
import io.stepwise.sampling.RouterSource;
import io.stepwise.sampling.ServedModel;
import io.stepwise.sampling.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.actor.typed.receptionist.Receptionist;
import org.apache.pekko.actor.typed.receptionist.ServiceKey;
import org.jspecify.annotations.Nullable;

/**
 * Has the images of one model made on this node, by a router of its own, for the placements that
 * attend to it, and tells these how much it has to do.
 *
 * <p>When a placement stops, or its node is no more, what is made for it is dropped. When this node
 * is to leave, everything is handed back with its newest state.
 */
public final class ModelHost extends AbstractBehavior<ModelHost.Command> {

  /** What a host understands. */
  public sealed interface Command {}

  /** What a placement tells it, perhaps from another node. */
  sealed interface Order extends Command, Message {}

  /** Has a placement told of the load until it stops. */
  record Attend(ActorRef<Placement.News> placement) implements Order {}

  /**
   * Has images made, whose news go to the placement.
   *
   * @param number the placement's own, never used twice
   * @param accepted whether the images were taken on before and are to be made in any case
   * @param recipe what they share; its times count from the moment of sending
   * @param states the images that are to be made
   */
  record Make(
      ActorRef<Placement.News> placement,
      long number,
      boolean accepted,
      Recipe recipe,
      List<ImageState> states)
      implements Order {

    Make {
      states = List.copyOf(states);
    }
  }

  /** The placement wants no more of what it gave this number. */
  record Withdraw(ActorRef<Placement.News> placement, long number) implements Order {}

  /** Names all versions that the placement's images need, or are about to. */
  record Want(ActorRef<Placement.News> placement, List<String> versions) implements Order {

    Want {
      versions = List.copyOf(versions);
    }
  }

  /** Has a preview, [C, H, W] of the model's states, decoded by the weights that made it. */
  record Decode(ActorRef<Placement.News> placement, long id, String weights, float[] state)
      implements Order {}

  /** Has a placement told of batches for a while, unless it says so again. */
  record WatchBatches(ActorRef<Placement.News> placement) implements Order {}

  /** Asks how the model fares here; the reply is a {@link FleetWatch.ModelReport}. */
  public record GetReport(ActorRef<FleetWatch.News> replyTo) implements Command {}

  /** Takes nothing on any more, hands everything back, and replies when that is done. */
  public record Leave(ActorRef<Done> replyTo) implements Command {}

  /** The host has these versions, the current one among them. */
  record InUse(Set<String> versions) implements Command {

    InUse {
      versions = Set.copyOf(versions);
    }
  }

  private record PlacementStopped(ActorRef<Placement.News> placement) implements Command {}

  private record ImagesGone(Name name) implements Command {}

  private record Reported(FleetWatch.News news) implements Command {}

  private record PreviewMade(Renderer.News news) implements Command {}

  private enum Tick implements Command {
    INSTANCE
  }

  private enum TellBatches implements Command {
    INSTANCE
  }

  private record Name(ActorRef<Placement.News> placement, long number) {}

  /** Time between two reports of the load. */
  static final Duration PERIOD = Duration.ofMillis(500);

  private final TimerScheduler<Command> timers;
  private final Ticker ticker = Ticker.startingNow();
  private final String model;
  private final int reportEvery;
  private final ActorRef<Router.Order> router;
  private final @Nullable ActorRef<HostVersions.Command> versions;
  private final ActorRef<FleetWatch.News> reportTo;
  private final ActorRef<Renderer.News> previewsTo;
  private final Set<ActorRef<Placement.News>> placements = new HashSet<>();
  private final Map<Name, ActorRef<HostedImages.Command>> hosted = new HashMap<>();
  private final Map<Long, Decode> decodes = new HashMap<>();
  private final WatchedBatches batches = new WatchedBatches();
  private final List<ActorRef<Done>> leaving = new ArrayList<>();
  private @Nullable Set<String> inUse;
  private boolean isRegistered;
  private boolean isLeaving;
  private long lastDecode;
  private long spawned;

  /** Returns the name under which placements find the hosts of a model. */
  static ServiceKey<Order> key(String model) {
    return ServiceKey.create(Order.class, "model-" + model);
  }

  /**
   * Returns a host, which can be found as soon as it has the current version.
   *
   * @param routers makes the router
   * @param snapshots tells which version is the current one
   * @param reportEvery steps after which the state of an image is reported, 1 or more
   */
  public static Behavior<Command> create(
      ServedModel model, RouterSource routers, SharedSnapshots snapshots, int reportEvery) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  timers.startTimerWithFixedDelay(Tick.INSTANCE, PERIOD);
                  return new ModelHost(context, timers, model, routers, snapshots, reportEvery);
                }));
  }

  private ModelHost(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      ServedModel served,
      RouterSource routers,
      SharedSnapshots snapshots,
      int reportEvery) {
    super(context);
    this.timers = timers;
    this.model = served.model().description().name();
    this.reportEvery = reportEvery;
    this.reportTo = context.messageAdapter(FleetWatch.News.class, Reported::new);
    this.previewsTo = context.messageAdapter(Renderer.News.class, PreviewMade::new);
    ActorRef<ModelReadiness> readinessTo =
        context.messageAdapter(ModelReadiness.class, changed -> Tick.INSTANCE);
    this.router = context.spawn(routers.create(served, ticker, readinessTo), "router");
    this.versions =
        snapshots
            .exchange(model)
            .map(to -> HostVersions.create(served, router, to, context.getSelf().narrow()))
            .map(behavior -> context.spawn(behavior, "versions"))
            .orElse(null);
    if (versions == null) {
      register();
    }
  }

  private void register() {
    isRegistered = true;
    getContext()
        .getSystem()
        .receptionist()
        .tell(Receptionist.register(key(model), getContext().getSelf().narrow()));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Attend.class, this::onAttend)
        .onMessage(Make.class, this::onMake)
        .onMessage(Withdraw.class, this::onWithdraw)
        .onMessage(Want.class, this::onWant)
        .onMessage(InUse.class, this::onInUse)
        .onMessage(Decode.class, this::onDecode)
        .onMessage(WatchBatches.class, this::onWatchBatches)
        .onMessage(TellBatches.class, tell -> tellBatches())
        .onMessage(GetReport.class, this::onGetReport)
        .onMessage(Leave.class, this::onLeave)
        .onMessage(PlacementStopped.class, this::onPlacementStopped)
        .onMessage(ImagesGone.class, this::onImagesGone)
        .onMessage(Reported.class, this::onReported)
        .onMessage(PreviewMade.class, this::onPreviewMade)
        .onMessage(Tick.class, tick -> askForReport())
        .build();
  }

  private Behavior<Command> onAttend(Attend attend) {
    admit(attend.placement());
    return askForReport();
  }

  private void admit(ActorRef<Placement.News> placement) {
    if (placements.add(placement)) {
      getContext().watchWith(placement, new PlacementStopped(placement));
    }
  }

  private Behavior<Command> askForReport() {
    router.tell(new Router.Report(reportTo));
    return this;
  }

  private Behavior<Command> onMake(Make order) {
    admit(order.placement());
    if (isLeaving || (inUse != null && !inUse.contains(order.recipe().key().weights()))) {
      order
          .states()
          .forEach(
              state -> order.placement().tell(new Placement.HandedBack(order.number(), state)));
      return this;
    }
    Name name = new Name(order.placement(), order.number());
    if (hosted.containsKey(name)) {
      return this;
    }
    String id = HostedImages.nameOf(order.recipe().request(), ++spawned);
    Recipe recipe = order.recipe().carriedTo(id, ticker.nanos());
    ActorRef<HostedImages.Command> images =
        getContext()
            .spawn(
                HostedImages.create(order, recipe, router, ticker, reportEvery),
                "images-" + spawned);
    getContext().watchWith(images, new ImagesGone(name));
    hosted.put(name, images);
    return this;
  }

  private Behavior<Command> onWant(Want want) {
    admit(want.placement());
    if (versions != null) {
      versions.tell(new HostVersions.Wanted(want.placement(), want.versions()));
    }
    return this;
  }

  private Behavior<Command> onInUse(InUse message) {
    inUse = message.versions();
    if (!isRegistered) {
      register();
    }
    return askForReport();
  }

  private Behavior<Command> onWithdraw(Withdraw order) {
    ActorRef<HostedImages.Command> images = hosted.get(new Name(order.placement(), order.number()));
    if (images != null) {
      images.tell(HostedImages.Drop.INSTANCE);
    }
    return this;
  }

  private Behavior<Command> onDecode(Decode order) {
    admit(order.placement());
    decodes.put(++lastDecode, order);
    router.tell(new Router.Decode(lastDecode, order.weights(), order.state(), previewsTo));
    return this;
  }

  private Behavior<Command> onPreviewMade(PreviewMade made) {
    if (made.news() instanceof Renderer.Decoded done) {
      Decode order = decodes.remove(done.id());
      if (order != null) {
        order.placement().tell(new Placement.Decoded(order.id(), done.image()));
      }
    } else if (made.news() instanceof Renderer.NotDecoded failed) {
      Decode order = decodes.remove(failed.id());
      if (order != null) {
        order.placement().tell(new Placement.NotDecoded(order.id(), failed.reason()));
      }
    }
    return this;
  }

  private Behavior<Command> onWatchBatches(WatchBatches watch) {
    batches.watch(watch.placement(), ticker.nanos());
    router.tell(new Router.ReportBatches(reportTo));
    if (!timers.isTimerActive(TellBatches.INSTANCE)) {
      timers.startTimerWithFixedDelay(
          TellBatches.INSTANCE, TellBatches.INSTANCE, WatchedBatches.PERIOD);
    }
    return this;
  }

  private Behavior<Command> tellBatches() {
    Set<ActorRef<Placement.News>> watchers = batches.watchers(ticker.nanos());
    if (watchers.isEmpty()) {
      timers.cancel(TellBatches.INSTANCE);
      router.tell(new Router.ReportBatches(null));
    } else if (!batches.isEmpty()) {
      WatchedBatches.Taken taken = batches.take(Instant.now());
      Placement.BatchesFinished told =
          new Placement.BatchesFinished(
              getContext().getSelf().narrow(), taken.dropped(), taken.batches());
      watchers.forEach(watcher -> watcher.tell(told));
    }
    return this;
  }

  private Behavior<Command> onGetReport(GetReport get) {
    router.tell(new Router.Report(get.replyTo()));
    return this;
  }

  private Behavior<Command> onLeave(Leave order) {
    isLeaving = true;
    leaving.add(order.replyTo());
    hosted.values().forEach(images -> images.tell(HostedImages.HandBack.INSTANCE));
    askForReport();
    return replyWhenLeft();
  }

  private Behavior<Command> onPlacementStopped(PlacementStopped stopped) {
    placements.remove(stopped.placement());
    if (versions != null) {
      versions.tell(new HostVersions.Wanted(stopped.placement(), List.of()));
    }
    decodes.values().removeIf(order -> order.placement().equals(stopped.placement()));
    hosted.forEach(
        (name, images) -> {
          if (name.placement().equals(stopped.placement())) {
            images.tell(HostedImages.Drop.INSTANCE);
          }
        });
    return this;
  }

  private Behavior<Command> onImagesGone(ImagesGone gone) {
    hosted.remove(gone.name());
    return replyWhenLeft();
  }

  private Behavior<Command> replyWhenLeft() {
    if (isLeaving && hosted.isEmpty()) {
      leaving.forEach(replyTo -> replyTo.tell(Done.getInstance()));
      leaving.clear();
    }
    return this;
  }

  private Behavior<Command> onReported(Reported reported) {
    if (reported.news() instanceof FleetWatch.BatchFinished finished) {
      batches.add(finished.event());
    } else if (reported.news() instanceof FleetWatch.ModelReport report) {
      for (ActorRef<Placement.News> placement : placements) {
        List<Long> numbers =
            hosted.keySet().stream()
                .filter(name -> name.placement().equals(placement))
                .map(Name::number)
                .sorted()
                .toList();
        placement.tell(
            new Placement.Load(
                getContext().getSelf().narrow(),
                isLeaving,
                report.model(),
                report.load(),
                numbers));
      }
    }
    return this;
  }
}
