package io.stepwise.cluster;

import io.stepwise.sampling.DenoisingState;
import io.stepwise.sampling.Fleet;
import io.stepwise.sampling.FleetWatch;
import io.stepwise.sampling.Generation;
import io.stepwise.sampling.ModelReadiness;
import io.stepwise.sampling.Recipe;
import io.stepwise.sampling.Router;
import io.stepwise.sampling.RouterLoad;
import io.stepwise.sampling.RouterSource;
import io.stepwise.sampling.Ticker;
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
import org.apache.pekko.pattern.StatusReply;
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

  private record Ordered(Router.Order order) implements Command {}

  private record HostsFound(Receptionist.Listing listing) implements Command {}

  private record HostStopped(ActorRef<ModelHost.Order> host) implements Command {}

  private enum Search implements Command {
    INSTANCE
  }

  /** How often an image may go on elsewhere before it fails. */
  static final int MOST_MOVES = 10;

  private final String model;
  private final String digest;
  private final Ticker ticker;
  private final ActorRef<ModelReadiness> readinessTo;
  private final ActorRef<News> self;
  private final Hosts hosts;
  private final HostSearch search;
  private final PlacementLedger placed = new PlacementLedger();
  private final RemoteDecodes decodes = new RemoteDecodes();
  private final RemoteBatches batches;
  private @Nullable ModelReadiness lastReadiness;

  /** Returns the source of placements, one for each model. */
  public static RouterSource source() {
    return (model, ticker, readinessTo) ->
        create(
            model.model().description().name(),
            model.model().description().digest(),
            ticker,
            readinessTo);
  }

  /**
   * Returns the placement of a model.
   *
   * @param digest of the weights that new images begin on
   */
  static Behavior<Router.Order> create(
      String model, String digest, Ticker ticker, ActorRef<ModelReadiness> readinessTo) {
    Behavior<Command> placement =
        Behaviors.setup(context -> new Placement(context, model, digest, ticker, readinessTo));
    return Behaviors.transformMessages(
        Router.Order.class, placement, orders -> orders.match(Router.Order.class, Ordered::new));
  }

  private Placement(
      ActorContext<Command> context,
      String model,
      String digest,
      Ticker ticker,
      ActorRef<ModelReadiness> readinessTo) {
    super(context);
    this.model = model;
    this.digest = digest;
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
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Ordered.class, this::onOrdered)
        .onMessage(HostsFound.class, this::onHostsFound)
        .onMessage(HostStopped.class, this::onHostStopped)
        .onMessage(Search.class, search -> searchAgain())
        .onMessage(Load.class, this::onLoad)
        .onMessage(Admitted.class, this::onAdmitted)
        .onMessage(TurnedAway.class, this::onTurnedAway)
        .onMessage(StepTaken.class, this::onStepTaken)
        .onMessage(StateReported.class, this::onStateReported)
        .onMessage(Sampled.class, this::onSampled)
        .onMessage(ImageLost.class, this::onImageLost)
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
              new FleetWatch.ModelReport(hosts.model(model, digest, placed.held()), hosts.load()));
    } else if (order instanceof Router.ReportBatches report) {
      batches.report(report.to(), hosts.all());
    } else if (order instanceof Router.LoadVersion load) {
      String message = "model: " + model + " has one version (expected: a service of one process)";
      load.replyTo().tell(StatusReply.error(message));
    }
    return this;
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

  private Behavior<Command> onAdmitted(Admitted admitted) {
    PlacedImages images = placed.get(admitted.number());
    if (images != null) {
      images.takeOn(admitted.predicted());
    }
    return this;
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

  private Behavior<Command> onStepTaken(StepTaken taken) {
    PlacedImages images = placed.get(taken.number());
    if (images != null && images.isNews(taken.image(), taken.step())) {
      ImageState state = new ImageState(taken.image(), taken.step(), new float[0], new float[0]);
      DenoisingState known = state.with(images.recipe());
      long sent = ticker.nanos() - taken.sentAgoNanos();
      images.generation().tell(new Generation.StepTaken(known, sent, taken.preview()));
    }
    return this;
  }

  private Behavior<Command> onStateReported(StateReported reported) {
    PlacedImages images = placed.get(reported.number());
    if (images != null) {
      images.report(reported.state());
    }
    return this;
  }

  private Behavior<Command> onSampled(Sampled sampled) {
    PlacedImages images = placed.get(sampled.number());
    if (images != null && images.finish(sampled.state().image())) {
      DenoisingState last = sampled.state().with(images.recipe());
      images.generation().tell(new Generation.Sampled(last));
      placed.removeIfEmpty(sampled.number());
    }
    return this;
  }

  private Behavior<Command> onImageLost(ImageLost lost) {
    PlacedImages images = placed.get(lost.number());
    if (images != null && images.finish(lost.image())) {
      images.generation().tell(new Generation.ImageLost(lost.image(), lost.reason()));
      placed.removeIfEmpty(lost.number());
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
    ModelReadiness readiness = hosts.readiness(model);
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
