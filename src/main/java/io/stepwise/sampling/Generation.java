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

/**
 * One accepted request: hands its images to the router, gathers them, tells the caller, and ends
 * with exactly one result.
 *
 * <p>It ends when every image is made or lost, when it is cancelled, and when its deadline passes;
 * then it withdraws what is left from the router, so that the images leave at their next step at
 * the latest. Should it be stopped or fail, it still tells the caller so. When it has ended it
 * answers what the service sent it meanwhile, until the service dismisses it.
 */
final class Generation extends AbstractBehavior<Generation.Command> {

  /** What a generation understands. */
  sealed interface Command {}

  /**
   * An image took a step.
   *
   * @param step steps taken so far
   * @param batchSentNanos when the batch left the router
   */
  record StepTaken(int image, int step, long batchSentNanos) implements Command {}

  /** An image took its last step. */
  record Sampled(DenoisingState last) implements Command {}

  /** An image's file is made. */
  record Encoded(int image, byte[] png) implements Command {}

  /** An image will not be made. */
  record ImageLost(int image, String reason) implements Command {}

  /** Ends the generation. */
  record Cancel(ActorRef<CancelOutcome> replyTo) implements Command {}

  /** Asks where the generation stands. */
  record GetStatus(ActorRef<Optional<GenerationStatus>> replyTo) implements Command {}

  /** The service knows that the generation has ended and will send it nothing more. */
  enum Dismissed implements Command {
    INSTANCE
  }

  /** The router has failed and with it all images that were not sampled yet. */
  enum RouterLost implements Command {
    INSTANCE
  }

  private enum DeadlinePassed implements Command {
    INSTANCE
  }

  /**
   * Whom a generation deals with.
   *
   * @param service told when the generation has ended, before the caller is
   * @param listener hears of images and of the end
   * @param replyTo the caller
   * @param detail how much the caller wants to know
   */
  record Partners(
      ActorRef<Router.Command> router,
      ActorRef<Finisher.Command> finisher,
      ActorRef<SamplingService.Command> service,
      SamplingListener listener,
      SamplingService.Detail detail,
      ActorRef<GenerationEvent> replyTo) {}

  private final ResolvedRequest request;
  private final Partners partners;
  private final GenerationProgress progress;
  private final Ticker ticker;

  /** Returns the generation of a request that was just admitted. */
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
    tell(
        SamplingService.Detail.IMAGES,
        new GenerationEvent.Accepted(
            request.id(), recipe.seed(), request.n(), recipe.plan().steps()));
    partners
        .router()
        .tell(
            new Router.Enqueue(
                IntStream.range(0, request.n())
                    .mapToObj(image -> DenoisingState.first(recipe, image))
                    .toList(),
                context.getSelf()));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(StepTaken.class, this::onStepTaken)
        .onMessage(Sampled.class, this::onSampled)
        .onMessage(Encoded.class, this::onEncoded)
        .onMessage(ImageLost.class, this::onImageLost)
        .onMessage(RouterLost.class, lost -> onRouterLost())
        .onMessage(Cancel.class, this::onCancel)
        .onMessage(GetStatus.class, this::onGetStatus)
        .onMessage(DeadlinePassed.class, passed -> onDeadlinePassed())
        .onMessage(Dismissed.class, dismissed -> this)
        .onSignal(PostStop.class, signal -> onPostStop())
        .build();
  }

  private Behavior<Command> onStepTaken(StepTaken taken) {
    progress.stepTaken(taken.batchSentNanos());
    tell(
        SamplingService.Detail.STEPS,
        new GenerationEvent.StepFinished(
            request.id(), taken.image(), taken.step(), request.recipe().plan().steps(), null));
    return this;
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
    tell(SamplingService.Detail.IMAGES, new GenerationEvent.ImageFinished(request.id(), image));
    return endIfComplete();
  }

  private Behavior<Command> onImageLost(ImageLost lost) {
    FailedImage image = new FailedImage(lost.image(), lost.reason());
    progress.failed(image);
    tell(SamplingService.Detail.IMAGES, new GenerationEvent.ImageFailed(request.id(), image));
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
    ActorRef<Command> self = getContext().getSelf();
    GenerationStatus status = progress.status(state);
    partners.router().tell(new Router.Withdraw(request.id(), self));
    // The service first: when the caller knows, the places are free.
    partners.service().tell(new SamplingService.GenerationEnded(status, self));
    partners.replyTo().tell(result);
    return ended(status);
  }

  private static Behavior<Command> ended(GenerationStatus status) {
    return Behaviors.receive(Command.class)
        .onMessage(Cancel.class, cancel -> replyEnded(cancel, status))
        .onMessage(GetStatus.class, get -> replyEnded(get, status))
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

  private GenerationResult failed(String reason) {
    return new GenerationResult.Failed(request.id(), reason);
  }

  private void tell(SamplingService.Detail level, GenerationEvent event) {
    if (partners.detail().compareTo(level) >= 0) {
      partners.replyTo().tell(event);
    }
  }
}
