package io.stepwise.cluster;

import io.stepwise.sampling.DenoisingState;
import io.stepwise.sampling.Generation;
import io.stepwise.sampling.Recipe;
import io.stepwise.sampling.Router;
import io.stepwise.sampling.Ticker;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/**
 * Stands for a generation where its images are made: tells the placement what the router tells, and
 * knows the newest state of each. It stops with its last image.
 */
final class HostedImages extends AbstractBehavior<HostedImages.Command> {

  /** What the stand-in understands. */
  sealed interface Command {}

  /** Gives the images to nobody any more. */
  enum Drop implements Command {
    INSTANCE
  }

  /** Gives the images back to the placement. */
  enum HandBack implements Command {
    INSTANCE
  }

  private record Told(Generation.News news) implements Command {}

  private static final char BEFORE_NUMBER = '@';

  private final ModelHost.Make order;
  private final Recipe recipe;
  private final ActorRef<Router.Order> router;
  private final ActorRef<Generation.News> newsTo;
  private final Ticker ticker;
  private final int reportEvery;
  private final SortedMap<Integer, DenoisingState> unfinished = new TreeMap<>();

  /** Returns what a request's images are called on the host, which has the name once. */
  static String nameOf(String request, long number) {
    return request + BEFORE_NUMBER + number;
  }

  /** Returns the request of a name. */
  static String requestOf(String name) {
    return name.substring(0, name.lastIndexOf(BEFORE_NUMBER));
  }

  /**
   * Returns the stand-in of a generation.
   *
   * @param recipe the order's, by this node's names and clock
   */
  static Behavior<Command> create(
      ModelHost.Make order,
      Recipe recipe,
      ActorRef<Router.Order> router,
      Ticker ticker,
      int reportEvery) {
    return Behaviors.setup(
        context -> new HostedImages(context, order, recipe, router, ticker, reportEvery));
  }

  private HostedImages(
      ActorContext<Command> context,
      ModelHost.Make order,
      Recipe recipe,
      ActorRef<Router.Order> router,
      Ticker ticker,
      int reportEvery) {
    super(context);
    this.order = order;
    this.recipe = recipe;
    this.router = router;
    this.newsTo = context.messageAdapter(Generation.News.class, Told::new);
    this.ticker = ticker;
    this.reportEvery = reportEvery;
    order.states().forEach(state -> unfinished.put(state.image(), state.with(recipe)));
    List<DenoisingState> states = List.copyOf(unfinished.values());
    router.tell(
        order.accepted() ? new Router.Resume(states, newsTo) : new Router.Enqueue(states, newsTo));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Told.class, this::onTold)
        .onMessage(HandBack.class, handBack -> handBack())
        .onMessage(Drop.class, drop -> end())
        .build();
  }

  private Behavior<Command> onTold(Told told) {
    if (told.news() instanceof Generation.StepTaken taken) {
      return onStepTaken(taken);
    } else if (told.news() instanceof Generation.Sampled sampled) {
      tell(new Placement.Sampled(order.number(), ImageState.of(sampled.last())));
      return finish(sampled.last().image());
    } else if (told.news() instanceof Generation.ImageLost lost) {
      tell(new Placement.ImageLost(order.number(), lost.image(), lost.reason()));
      return finish(lost.image());
    } else if (told.news() instanceof Generation.Admitted admitted) {
      tell(new Placement.Admitted(order.number(), admitted.predicted()));
      return this;
    } else if (told.news() instanceof Generation.TurnedAway turned) {
      tell(new Placement.TurnedAway(order.number(), turned.message(), turned.retryAfter()));
      return Behaviors.stopped();
    }
    return handBack();
  }

  private Behavior<Command> onStepTaken(Generation.StepTaken taken) {
    DenoisingState state = taken.state();
    long ago = Math.max(0, ticker.nanos() - taken.batchSentNanos());
    tell(
        new Placement.StepTaken(order.number(), state.image(), state.step(), ago, taken.preview()));
    if (state.remainingSteps() > 0) {
      unfinished.put(state.image(), state);
      if (state.step() % reportEvery == 0) {
        tell(new Placement.StateReported(order.number(), ImageState.of(state)));
      }
    }
    return this;
  }

  private Behavior<Command> handBack() {
    for (DenoisingState state : unfinished.values()) {
      tell(new Placement.HandedBack(order.number(), ImageState.of(state)));
    }
    return end();
  }

  private Behavior<Command> finish(int image) {
    unfinished.remove(image);
    return unfinished.isEmpty() ? end() : this;
  }

  private Behavior<Command> end() {
    router.tell(new Router.Withdraw(recipe.request(), newsTo));
    return Behaviors.stopped();
  }

  private void tell(Placement.News news) {
    order.placement().tell(news);
  }
}
