package io.stepwise.sampling;

import io.stepwise.image.GenerationParameters;
import io.stepwise.sampling.GenerationStatus.State;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.jspecify.annotations.Nullable;

/**
 * One accepted request: hands its images to the router, gathers them, tells its listeners, and ends
 * with exactly one result for each.
 *
 * <p>It ends when every image is made or lost, when it is cancelled, when its deadline passes, and,
 * unless it is detached, when its last listener has left or died; then it withdraws what is left
 * from the router, so that the images leave at their next step at the latest. Should it be stopped
 * or fail, it still tells the listeners so. When it has ended it answers what the service sent it
 * meanwhile, until the service dismisses it.
 */
public final class Generation extends AbstractBehavior<Generation.Command> {

  /** What a generation understands. */
  sealed interface Command {}

  /** What a router tells of a generation's images. */
  public sealed interface News extends Command {}

  /**
   * An image took a step.
   *
   * @param state the image after the step; of one that is made by another node, without its tensors
   * @param batchSentNanos when the batch left the router
   * @param preview what is shown of the step, [C, H, W] row-major, float32; null for nothing
   */
  public record StepTaken(DenoisingState state, long batchSentNanos, float @Nullable [] preview)
      implements News {}

  /** An image took its last step. */
  public record Sampled(DenoisingState last) implements News {}

  /** An image will not be made. */
  public record ImageLost(int image, String reason) implements News {}

  /**
   * The router will make the images.
   *
   * @param predicted how long it is likely to take in all; null if nothing is known yet
   */
  public record Admitted(@Nullable Duration predicted) implements News {}

  /** The router will not make the images, for they would not be made in time. */
  public record TurnedAway(String message, Duration retryAfter) implements News {}

  /** The router has failed and with it all images that were not sampled yet. */
  public enum RouterLost implements News {
    INSTANCE
  }

  /** An image's file is made. */
  record Encoded(int image, byte[] png) implements Command {}

  /** Ends the generation. */
  record Cancel(ActorRef<CancelOutcome> replyTo) implements Command {}

  /** Has one more listener told, first of what it has missed, the steps excepted. */
  record Join(SamplingService.Detail detail, ActorRef<GenerationEvent> listener)
      implements Command {}

  /** A listener has left and may want a last {@code Cancelled}, or is no more. */
  record Leave(ActorRef<GenerationEvent> listener, boolean wantsAnswer) implements Command {}

  /** Asks where the generation stands. */
  record GetStatus(ActorRef<Optional<GenerationStatus>> replyTo) implements Command {}

  /** The service knows that the generation has ended and will send it nothing more. */
  enum Dismissed implements Command {
    INSTANCE
  }

  private enum DeadlinePassed implements Command {
    INSTANCE
  }

  /**
   * Whom a generation deals with.
   *
   * @param service told when the generation has ended, before the listeners are
   * @param listener hears of images and of the end
   * @param detail how much the first listener wants to know
   * @param replyTo the first listener
   */
  record Partners(
      ActorRef<Router.Order> router,
      ActorRef<Finisher.Command> finisher,
      ActorRef<SamplingService.Command> service,
      SamplingListener listener,
      SamplingService.Detail detail,
      ActorRef<GenerationEvent> replyTo) {}

  private final ResolvedRequest request;
  private final Partners partners;
  private final GenerationProgress progress;
  private final Listeners listeners = new Listeners();
  private final Ticker ticker;
  private GenerationEvent.@Nullable Accepted accepted;

  /**
   * Returns the generation of a request for which there is a place; the router has the last say.
   */
  static Behavior<Command> create(ResolvedRequest request, Partners partners, Ticker ticker) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  timers.startSingleTimer(DeadlinePassed.INSTANCE, request.deadline());
                  return new Generation(context, request, partners, ticker);
                }));
  }

  private Generation(
      ActorContext<Command> context, ResolvedRequest request, Partners partners, Ticker ticker) {
    super(context);
    context.setLoggerName(Generation.class);
    this.request = request;
    this.partners = partners;
    this.ticker = ticker;
    this.progress = new GenerationProgress(request);
    Recipe recipe = request.recipe();
    listen(partners.detail(), partners.replyTo());
    partners
        .router()
        .tell(
            new Router.Enqueue(
                IntStream.range(0, request.n())
                    .mapToObj(image -> DenoisingState.first(recipe, image))
                    .toList(),
                context.getSelf().narrow()));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Admitted.class, this::onAdmitted)
        .onMessage(TurnedAway.class, this::onTurnedAway)
        .onMessage(StepTaken.class, this::onStepTaken)
        .onMessage(Sampled.class, this::onSampled)
        .onMessage(Encoded.class, this::onEncoded)
        .onMessage(ImageLost.class, this::onImageLost)
        .onMessage(RouterLost.class, lost -> onRouterLost())
        .onMessage(Cancel.class, this::onCancel)
        .onMessage(Join.class, this::onJoin)
        .onMessage(Leave.class, this::onLeave)
        .onMessage(GetStatus.class, this::onGetStatus)
        .onMessage(DeadlinePassed.class, passed -> onDeadlinePassed())
        .onMessage(Dismissed.class, dismissed -> this)
        .onSignal(PostStop.class, signal -> onPostStop())
        .build();
  }

  private Behavior<Command> onAdmitted(Admitted admitted) {
    Recipe recipe = request.recipe();
    progress.predict(admitted.predicted());
    accepted =
        new GenerationEvent.Accepted(
            request.id(), recipe.seed(), request.n(), recipe.plan().steps(), admitted.predicted());
    partners.listener().requestAdmitted(request.model(), request.n());
    listeners.tell(accepted);
    return this;
  }

  private Behavior<Command> onTurnedAway(TurnedAway turned) {
    RefusalReason reason = RefusalReason.DEADLINE_UNREACHABLE;
    partners.listener().requestRefused(request.model(), reason);
    GenerationResult refused =
        new GenerationResult.Refused(request.id(), reason, turned.message(), turned.retryAfter());
    return end(progress.status(), refused);
  }

  private Behavior<Command> onStepTaken(StepTaken taken) {
    progress.stepTaken(taken.batchSentNanos());
    int steps = request.recipe().plan().steps();
    DenoisingState state = taken.state();
    Preview preview = preview(taken.preview());
    listeners.tell(
        new GenerationEvent.StepFinished(
            request.id(), state.image(), state.step(), steps, preview));
    return this;
  }

  private @Nullable Preview preview(float @Nullable [] state) {
    return state == null
        ? null
        : new Preview(request.model(), request.recipe().key().weights(), state);
  }

  private Behavior<Command> onSampled(Sampled sampled) {
    DenoisingState last = sampled.last();
    GenerationParameters parameters = request.parametersOf(last.image());
    partners.finisher().tell(new Finisher.Encode(last, parameters, getContext().getSelf()));
    return this;
  }

  private Behavior<Command> onEncoded(Encoded encoded) {
    GeneratedImage image =
        new GeneratedImage(encoded.image(), request.recipe().seed(), encoded.png());
    progress.finished(image);
    partners.listener().imageFinished(request.model());
    listeners.tell(new GenerationEvent.ImageFinished(request.id(), image));
    return endIfComplete();
  }

  private Behavior<Command> onImageLost(ImageLost lost) {
    FailedImage image = new FailedImage(lost.image(), lost.reason());
    progress.failed(image);
    partners.listener().imageFailed(request.model());
    listeners.tell(new GenerationEvent.ImageFailed(request.id(), image));
    return endIfComplete();
  }

  private Behavior<Command> endIfComplete() {
    if (!progress.isComplete()) {
      return this;
    }
    return progress.hasImages()
        ? end(State.COMPLETED, progress.completed(ticker.nanos()))
        : end(State.FAILED, failed(progress.firstFailure()));
  }

  private Behavior<Command> onRouterLost() {
    return end(State.FAILED, failed("the router of the model failed"));
  }

  private Behavior<Command> onCancel(Cancel cancel) {
    Behavior<Command> next = end(State.CANCELLED, new GenerationResult.Cancelled(request.id()));
    cancel.replyTo().tell(CancelOutcome.CANCELLED);
    return next;
  }

  private Behavior<Command> onJoin(Join join) {
    listen(join.detail(), join.listener());
    progress.imageEvents().forEach(event -> Listeners.tell(join.detail(), join.listener(), event));
    return this;
  }

  private void listen(SamplingService.Detail detail, ActorRef<GenerationEvent> listener) {
    getContext().watchWith(listener, new Leave(listener, false));
    listeners.add(detail, listener);
    if (accepted != null) {
      Listeners.tell(detail, listener, accepted);
    }
  }

  private Behavior<Command> onLeave(Leave leave) {
    getContext().unwatch(leave.listener());
    listeners.remove(leave.listener());
    if (leave.wantsAnswer()) {
      leave.listener().tell(new GenerationResult.Cancelled(request.id()));
    }
    if (!listeners.isEmpty() || request.detached()) {
      return this;
    }
    return end(State.CANCELLED, new GenerationResult.Cancelled(request.id()));
  }

  private Behavior<Command> onGetStatus(GetStatus get) {
    get.replyTo().tell(Optional.of(progress.status()));
    return this;
  }

  private Behavior<Command> onDeadlinePassed() {
    Duration deadline = request.deadline();
    return end(
        State.DEADLINE_EXCEEDED, new GenerationResult.DeadlineExceeded(request.id(), deadline));
  }

  private Behavior<Command> onPostStop() {
    return end(State.FAILED, failed("the service was stopped"));
  }

  private Behavior<Command> end(State state, GenerationResult result) {
    if (accepted != null) {
      partners.listener().generationEnded(progress.ended(state, ticker.nanos()));
    }
    return end(progress.status(state), result);
  }

  private Behavior<Command> end(GenerationStatus status, GenerationResult result) {
    ActorRef<Command> self = getContext().getSelf();
    Ending ending = new Ending(accepted, status, result);
    partners.router().tell(new Router.Withdraw(request.id(), self.narrow()));
    // The service first: when the listeners know, the places are free.
    partners.service().tell(new SamplingService.GenerationEnded(ending, self));
    listeners.tell(result);
    return ended(ending);
  }

  private static Behavior<Command> ended(Ending ending) {
    return Behaviors.receive(Command.class)
        .onMessage(Cancel.class, cancel -> replyEnded(cancel, ending.status()))
        .onMessage(GetStatus.class, get -> replyEnded(get, ending.status()))
        .onMessage(Join.class, join -> replyEnded(join, ending))
        .onMessage(Dismissed.class, dismissed -> Behaviors.stopped())
        .onAnyMessage(late -> Behaviors.same())
        .build();
  }

  private static Behavior<Command> replyEnded(Cancel cancel, GenerationStatus status) {
    boolean cancelled = status.state() == State.CANCELLED;
    cancel.replyTo().tell(cancelled ? CancelOutcome.CANCELLED : CancelOutcome.ALREADY_ENDED);
    return Behaviors.same();
  }

  private static Behavior<Command> replyEnded(GetStatus get, GenerationStatus status) {
    get.replyTo().tell(Optional.of(status));
    return Behaviors.same();
  }

  private static Behavior<Command> replyEnded(Join join, Ending ending) {
    ending.tell(join.detail(), join.listener());
    return Behaviors.same();
  }

  private GenerationResult failed(String reason) {
    return new GenerationResult.Failed(request.id(), reason);
  }
}
