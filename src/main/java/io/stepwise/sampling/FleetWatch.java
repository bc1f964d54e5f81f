package io.stepwise.sampling;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Says what the fleet is like, and tells whoever watches it of every batch and every change.
 *
 * <p>It knows nothing itself: it asks the routers and the service in rounds, one at a time, when
 * somebody wants to know, when something has changed, and every second while somebody watches.
 * Routers report batches only while somebody watches.
 */
public final class FleetWatch extends AbstractBehavior<FleetWatch.Command> {

  /** What a fleet's watch understands. */
  sealed interface Command {}

  /** What a router tells of its model. */
  public sealed interface News extends Command {}

  /** Asks for the fleet as it is from now on. */
  record Get(ActorRef<Fleet> replyTo) implements Command {}

  /** Has a watcher told until it stops or is no more. */
  record Watch(ActorRef<FleetEvent> watcher) implements Command {}

  /** Tells a watcher no more. */
  record Unwatch(ActorRef<FleetEvent> watcher) implements Command {}

  /** Something but the batches has changed; a router may have been started anew. */
  enum Changed implements Command {
    INSTANCE
  }

  /** A batch is done. */
  public record BatchFinished(FleetEvent.BatchFinished event) implements News {}

  /** Batches were done of which the router does not tell, for there were too many. */
  public record BatchesDropped(long count) implements News {}

  /**
   * How a model fares.
   *
   * @param load what there is to do for its replicas
   */
  public record ModelReport(Fleet.Model model, RouterLoad load) implements News {}

  /** How the service fares. */
  record ServiceReport(boolean draining, int unfinishedImages, int maxUnfinishedImages)
      implements Command {}

  private enum Tick implements Command {
    INSTANCE
  }

  private enum RoundOver implements Command {
    INSTANCE
  }

  private static final Duration PERIOD = Duration.ofSeconds(1);

  /** Whoever has not answered by then stands as it did before. */
  private static final Duration LONGEST_ROUND = Duration.ofSeconds(1);

  private final TimerScheduler<Command> timers;
  private final ActorRef<SamplingService.Command> service;
  private final Map<String, ActorRef<Router.Order>> routers;
  private final Map<String, Fleet.Model> models = new LinkedHashMap<>();
  private final Set<String> missing = new HashSet<>();
  private final Set<ActorRef<FleetEvent>> watchers = new HashSet<>();
  private final List<ActorRef<Fleet>> askedNow = new ArrayList<>();
  private final List<ActorRef<Fleet>> askedForNext = new ArrayList<>();
  private ServiceReport serviceReport = new ServiceReport(false, 0, 0);
  private boolean serviceMissing;
  private boolean isAsking;
  private boolean asksAgain;

  /**
   * Returns a watch over these models.
   *
   * @param routers by the model's name, in the order in which models are listed
   */
  static Behavior<Command> create(
      ActorRef<SamplingService.Command> service, Map<String, ActorRef<Router.Order>> routers) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> new FleetWatch(context, timers, service, new LinkedHashMap<>(routers))));
  }

  private FleetWatch(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      ActorRef<SamplingService.Command> service,
      Map<String, ActorRef<Router.Order>> routers) {
    super(context);
    this.timers = timers;
    this.service = service;
    this.routers = routers;
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(BatchFinished.class, finished -> tellWatchers(finished.event()))
        .onMessage(
            BatchesDropped.class,
            dropped -> tellWatchers(new FleetEvent.BatchesDropped(dropped.count())))
        .onMessage(Get.class, this::onGet)
        .onMessage(Watch.class, this::onWatch)
        .onMessage(Unwatch.class, this::onUnwatch)
        .onMessage(Changed.class, changed -> onChanged())
        .onMessage(ModelReport.class, this::onModelReport)
        .onMessage(ServiceReport.class, this::onServiceReport)
        .onMessage(RoundOver.class, over -> finishRound())
        .onMessage(Tick.class, tick -> ask())
        .build();
  }

  private Behavior<Command> tellWatchers(FleetEvent event) {
    watchers.forEach(watcher -> watcher.tell(event));
    return this;
  }

  private Behavior<Command> onGet(Get get) {
    askedForNext.add(get.replyTo());
    return ask();
  }

  private Behavior<Command> onWatch(Watch watch) {
    getContext().watchWith(watch.watcher(), new Unwatch(watch.watcher()));
    if (watchers.add(watch.watcher()) && watchers.size() == 1) {
      timers.startTimerWithFixedDelay(Tick.INSTANCE, Tick.INSTANCE, PERIOD);
      tellRouters(new Router.ReportBatches(getContext().getSelf().narrow()));
    }
    return ask();
  }

  private Behavior<Command> onUnwatch(Unwatch unwatch) {
    getContext().unwatch(unwatch.watcher());
    if (watchers.remove(unwatch.watcher()) && watchers.isEmpty()) {
      timers.cancel(Tick.INSTANCE);
      tellRouters(new Router.ReportBatches(null));
    }
    return this;
  }

  private Behavior<Command> onChanged() {
    if (watchers.isEmpty()) {
      return this;
    }
    tellRouters(new Router.ReportBatches(getContext().getSelf().narrow()));
    return ask();
  }

  /** Asks all now, or as soon as those have answered who are being asked. */
  private Behavior<Command> ask() {
    if (isAsking) {
      asksAgain = true;
      return this;
    }
    isAsking = true;
    asksAgain = false;
    askedNow.addAll(askedForNext);
    askedForNext.clear();
    serviceMissing = true;
    missing.addAll(routers.keySet());
    service.tell(new SamplingService.ReportToFleet(getContext().getSelf()));
    tellRouters(new Router.Report(getContext().getSelf().narrow()));
    timers.startSingleTimer(RoundOver.INSTANCE, LONGEST_ROUND);
    return this;
  }

  private Behavior<Command> onModelReport(ModelReport report) {
    models.put(report.model().name(), report.model());
    missing.remove(report.model().name());
    return finishIfComplete();
  }

  private Behavior<Command> onServiceReport(ServiceReport report) {
    serviceReport = report;
    serviceMissing = false;
    return finishIfComplete();
  }

  private Behavior<Command> finishIfComplete() {
    return isAsking && !serviceMissing && missing.isEmpty() ? finishRound() : this;
  }

  private Behavior<Command> finishRound() {
    timers.cancel(RoundOver.INSTANCE);
    isAsking = false;
    missing.clear();
    Fleet fleet =
        new Fleet(
            serviceReport.draining(),
            serviceReport.unfinishedImages(),
            serviceReport.maxUnfinishedImages(),
            routers.keySet().stream().map(models::get).filter(Objects::nonNull).toList());
    askedNow.forEach(asker -> asker.tell(fleet));
    askedNow.clear();
    tellWatchers(new FleetEvent.Changed(fleet));
    return asksAgain ? ask() : this;
  }

  private void tellRouters(Router.Order message) {
    routers.values().forEach(router -> router.tell(message));
  }
}
