package io.stepwise.cluster;

import io.stepwise.network.ModelDescription;
import io.stepwise.sampling.Fleet;
import io.stepwise.sampling.FleetWatch;
import io.stepwise.sampling.Generation;
import io.stepwise.sampling.ModelReadiness;
import io.stepwise.sampling.Recipe;
import io.stepwise.sampling.Router;
import io.stepwise.sampling.RouterLoad;
import io.stepwise.sampling.RouterSource;
import io.stepwise.sampling.Ticker;
import io.stepwise.sampling.VersionChoice;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.receptionist.Receptionist;
import org.jspecify.annotations.Nullable;

/**
 * Stands in for the router of one model and has the images made by {@link ModelHost}s.
 *
 * <p>It keeps the newest state that was reported of each image. When a host is no more, hands
 * images back, or forgets them, they go on elsewhere under a new number; what the old host may
 * still say of them is ignored. Images for which there is no host wait for one.
 */
public final class Placement extends AbstractBehavior<Placement.Command> {

  /** What a placement understands. */
  sealed interface Command {}

  /** What a host tells it, perhaps from another node. */
  sealed interface News extends Command, Message {}

  /**
   * How a host fares; twice a second, and when something has changed.
   *
   * @param leaving whether it takes nothing on any more
   * @param numbers the numbers of the placement's images that it has, in order
   */
  record Load(
      ActorRef<ModelHost.Order> host,
      boolean leaving,
      Fleet.Model model,
      RouterLoad load,
      List<Long> numbers)
      implements News {

    Load {
      numbers = List.copyOf(numbers);
    }
  }

  /** A host makes the images; null if it cannot tell how long that will take. */
  record Admitted(long number, @Nullable Duration predicted) implements News {}

  /** A host does not make the images, for they would not be made in time. */
  record TurnedAway(long number, String message, Duration retryAfter) implements News {}

  /**
   * An image took a step.
   *
   * @param sentAgoNanos time since the batch left the host's router
   * @param preview what is shown of the step; null for nothing
   */
  record StepTaken(long number, int image, int step, long sentAgoNanos, float @Nullable [] preview)
      implements News {}

  /** What an image can go on from if its host is lost. */
  record StateReported(long number, ImageState state) implements News {}

  /** An image took its last step. */
  record Sampled(long number, ImageState state) implements News {}

  /** An image cannot be made. */
  record ImageLost(long number, int image, String reason) implements News {}

  /** A host does not go on with an image, which another one is to do. */
  record HandedBack(long number, ImageState state) implements News {}

  /**
   * Batches are done of which the placement is told because it watches.
   *
   * @param dropped how many more there were since the last time
   */
  record BatchesFinished(ActorRef<ModelHost.Order> host, long dropped, List<HostedBatch> batches)
      implements News {

    BatchesFinished {
      batches = List.copyOf(batches);
    }
  }

  /** The image of a preview, [C, H, W] row-major, float32. */
  record Decoded(long id, float[] image) implements News {}

  /** The image of a preview cannot be had. */
  record NotDecoded(long id, String reason) implements News {}

  /** A host cannot have a version that it is to have. */
  record VersionRefused(String version, String reason) implements News {}

  private record Ordered(Router.Order order) implements Command {}

  private record Chosen(VersionChoice choice) implements Command {}

  private record HostsFound(Receptionist.Listing listing) implements Command {}

  private record HostStopped(ActorRef<ModelHost.Order> host) implements Command {}

  private enum Search implements Command {
    INSTANCE
  }

  /** How often an image may go on elsewhere before it fails. */
  static final int MOST_MOVES = 10;

  private final String model;
  private final Ticker ticker;
  private final ActorRef<ModelReadiness> readinessTo;
  private final ActorRef<News> self;
  private final Hosts hosts;
  private final HostSearch search;
  private final PlacementVersions versions;
  private final PlacementLedger placed = new PlacementLedger();
  private final RemoteDecodes decodes = new RemoteDecodes();
  private final RemoteBatches batches;
  private @Nullable ModelReadiness lastReadiness;

  /**
   * Returns the source of placements, one for each model.
   *
   * @param snapshots tells which versions are chosen
   */
  public static RouterSource source(SharedSnapshots snapshots) {
    return (served, ticker, readinessTo) ->
        create(
            served.model().description(),
            snapshots.exchange(served.model().description().name()).orElse(null),
            ticker,
            readinessTo);
  }

  /**
   * Returns the placement of a model.
   *
   * @param model with the weights that new images begin on
   * @param exchange tells which versions are chosen; null where nodes share none
   */
  static Behavior<Router.Order> create(
      ModelDescription model,
      @Nullable ActorRef<SnapshotExchange.Command> exchange,
      Ticker ticker,
      ActorRef<ModelReadiness> readinessTo) {
    Behavior<Command> placement =
        Behaviors.setup(context -> new Placement(context, model, exchange, ticker, readinessTo));
    return Behaviors.transformMessages(
        Router.Order.class, placement, orders -> orders.match(Router.Order.class, Ordered::new));
  }

  private Placement(
      ActorContext<Command> context,
      ModelDescription served,
      @Nullable ActorRef<SnapshotExchange.Command> exchange,
      Ticker ticker,
      ActorRef<ModelReadiness> readinessTo) {
    super(context);
    this.model = served.name();
    this.versions = new PlacementVersions(served.digest(), exchange != null);
    this.ticker = ticker;
    this.readinessTo = readinessTo;
    this.self = context.getSelf().narrow();
    NodeNames nodes = new NodeNames(ActorRefResolver.get(context.getSystem()));
    this.hosts = new Hosts(new SplittableRandom(), nodes::of);
    this.batches = new RemoteBatches(model, nodes::of, self);
    this.search =
        new HostSearch(
            context.getSystem().receptionist(),
            model,
            context.messageAdapter(Receptionist.Listing.class, HostsFound::new));
    context.scheduleOnce(HostSearch.PERIOD, context.getSelf(), Search.INSTANCE);
    if (exchange != null) {
      exchange.tell(
          new SnapshotExchange.Attend(context.messageAdapter(VersionChoice.class, Chosen::new)));
    }
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Ordered.class, this::onOrdered)
        .onMessage(Chosen.class, this::onChosen)
        .onMessage(VersionRefused.class, told -> after(() -> versions.refuse(told)))
        .onMessage(HostsFound.class, this::onHostsFound)
        .onMessage(HostStopped.class, this::onHostStopped)
        .onMessage(Search.class, search -> searchAgain())
        .onMessage(Load.class, this::onLoad)
        .onMessage(Admitted.class, admitted -> after(() -> placed.admit(admitted)))
        .onMessage(TurnedAway.class, this::onTurnedAway)
        .onMessage(StepTaken.class, taken -> after(() -> placed.step(taken, ticker.nanos())))
        .onMessage(StateReported.class, reported -> after(() -> placed.report(reported)))
        .onMessage(Sampled.class, sampled -> after(() -> placed.finish(sampled)))
        .onMessage(ImageLost.class, lost -> after(() -> placed.lose(lost)))
        .onMessage(HandedBack.class, this::onHandedBack)
        .onMessage(Decoded.class, done -> after(() -> decodes.finish(done)))
        .onMessage(NotDecoded.class, lost -> after(() -> decodes.fail(lost)))
        .onMessage(BatchesFinished.class, told -> after(() -> batches.tell(told)))
        .build();
  }

  private Behavior<Command> onOrdered(Ordered ordered) {
    Router.Order order = ordered.order();
    if (order instanceof Router.Enqueue enqueue) {
      place(PlacedImages.of(enqueue.states(), enqueue.generation(), false));
    } else if (order instanceof Router.Resume resume) {
      place(PlacedImages.of(resume.states(), resume.generation(), true));
    } else if (order instanceof Router.Withdraw withdraw) {
      withdraw(withdraw.generation());
    } else if (order instanceof Router.Decode decode) {
      hosts
          .choose(decode.weights(), 0, List.of())
          .ifPresentOrElse(
              host -> decodes.send(decode, host, self, ticker.nanos()),
              () -> decodes.refuse(decode));
    } else if (order instanceof Router.Report report) {
      report
          .replyTo()
          .tell(
              new FleetWatch.ModelReport(
                  hosts.model(model, versions.preferred(), placed.held()), hosts.load()));
    } else if (order instanceof Router.ReportBatches report) {
      batches.report(report.to(), hosts.all());
    } else if (versions.follow(order)) {
      hosts.all().forEach(host -> tellWanted(host, List.of()));
      versions.settle(hosts);
      reportReadiness();
    }
    return this;
  }

  private void tellWanted(ActorRef<ModelHost.Order> host, List<String> has) {
    if (versions.differFrom(has)) {
      host.tell(new ModelHost.Want(self, versions.wanted()));
    }
  }

  private Behavior<Command> onChosen(Chosen chosen) {
    versions.choose(chosen.choice());
    return reportReadiness();
  }

  /** Gives images to a host, or keeps them until there is one. */
  private void place(PlacedImages images) {
    Recipe recipe = images.recipe();
    Optional<ActorRef<ModelHost.Order>> host =
        hosts.choose(recipe.key().weights(), images.rowSteps(), images.refusedBy());
    long number = placed.add(images);
    host.ifPresentOrElse(chosen -> send(number, images, chosen), () -> images.takeOn(null));
  }

  private void send(long number, PlacedImages images, ActorRef<ModelHost.Order> host) {
    images.placeOn(host);
    Recipe carried = images.recipe().carriedTo(images.recipe().request(), -ticker.nanos());
    host.tell(new ModelHost.Make(self, number, images.isAccepted(), carried, images.states()));
  }

  private void withdraw(ActorRef<Generation.News> generation) {
    placed
        .removeAll(images -> images.generation().equals(generation))
        .forEach((number, images) -> images.withdraw(self, number));
  }

  private Behavior<Command> onHostsFound(HostsFound found) {
    for (ActorRef<ModelHost.Order> host :
        hosts.reach(found.listing().getServiceInstances(ModelHost.key(model)))) {
      getContext().watchWith(host, new HostStopped(host));
      host.tell(new ModelHost.Attend(self));
      tellWanted(host, List.of());
    }
    return this;
  }

  private Behavior<Command> searchAgain() {
    getContext().scheduleOnce(HostSearch.PERIOD, getContext().getSelf(), Search.INSTANCE);
    search.again(hosts, self);
    return this;
  }

  private Behavior<Command> onHostStopped(HostStopped stopped) {
    hosts.remove(stopped.host());
    decodes.lose(stopped.host());
    placed
        .removeAll(images -> stopped.host().equals(images.host()))
        .values()
        .forEach(this::moveAll);
    return reportReadiness();
  }

  private Behavior<Command> onLoad(Load load) {
    hosts.report(load);
    batches.ask(load.host());
    tellWanted(load.host(), load.model().snapshots());
    versions.settle(hosts);
    placed
        .removeForgotten(load)
        .forEach(
            (number, images) -> {
              images.withdraw(self, number);
              moveAll(images);
            });
    placed.removeAll(images -> images.host() == null).values().forEach(this::place);
    decodes.loseOld(ticker.nanos());
    return reportReadiness();
  }

  /** Has images that were removed go on elsewhere. */
  private void moveAll(PlacedImages images) {
    images.takeOn(null);
    images.takeAll().forEach(this::move);
  }

  private void move(PlacedImages image) {
    if (image.moves() <= MOST_MOVES) {
      place(image);
      return;
    }
    String reason = "moved " + MOST_MOVES + " times in vain";
    image.indices().forEach(i -> image.generation().tell(new Generation.ImageLost(i, reason)));
  }

  /** Asks another host, and has the generation told only when there is none left to ask. */
  private Behavior<Command> onTurnedAway(TurnedAway turned) {
    PlacedImages images = placed.remove(turned.number());
    if (images == null || images.host() == null) {
      return this;
    }
    images.refuse(images.host());
    boolean hasOther =
        hosts.choose(images.recipe().key().weights(), 0, images.refusedBy()).isPresent();
    if (hasOther) {
      place(images);
    } else {
      images.generation().tell(new Generation.TurnedAway(turned.message(), turned.retryAfter()));
    }
    return this;
  }

  private Behavior<Command> onHandedBack(HandedBack handed) {
    PlacedImages images = placed.get(handed.number());
    if (images != null && images.has(handed.state().image())) {
      if (images.host() != null) {
        hosts.doubt(images.host());
      }
      images.report(handed.state());
      images.takeOn(null);
      move(images.take(handed.state().image()));
      placed.removeIfEmpty(handed.number());
    }
    return this;
  }

  private Behavior<Command> reportReadiness() {
    String obstacle = versions.obstacle();
    ModelReadiness readiness =
        obstacle == null
            ? hosts.readiness(model)
            : new ModelReadiness(
                model,
                List.of(
                    new ModelReadiness.Replica(0, ModelReadiness.State.CANNOT_START, obstacle)));
    if (!readiness.equals(lastReadiness)) {
      lastReadiness = readiness;
      readinessTo.tell(readiness);
    }
    return this;
  }

  private Behavior<Command> after(Runnable action) {
    action.run();
    return this;
  }
}
