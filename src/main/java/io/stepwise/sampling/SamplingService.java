package io.stepwise.sampling;

import io.stepwise.batching.Admission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.pattern.StatusReply;

/**
 * The root of the sampling actors and the only one that callers talk to.
 *
 * <p>A caller sends {@link Generate} and is told events, as many as it asked for, and at the end
 * one {@link GenerationResult}. {@link SamplingClient} does the same for callers that are no
 * actors.
 *
 * <p>Stopping it ends what runs: the callers are told {@code Failed}. To finish first, {@link
 * Drain}.
 */
public final class SamplingService extends AbstractBehavior<SamplingService.Command> {

  /** What the service understands. */
  public sealed interface Command {}

  /**
   * Asks for images. Whatever happens, {@code replyTo} is told exactly one {@link
   * GenerationResult}, last; with {@link Detail#RESULT} that is all it is told, so that {@code ask}
   * works.
   */
  public record Generate(
      GenerationRequest request, Detail detail, ActorRef<GenerationEvent> replyTo)
      implements Command {}

  /** Ends a generation; its images leave at their next step at the latest. */
  public record Cancel(Client client, String id, ActorRef<CancelOutcome> replyTo)
      implements Command {}

  /** A listener hears no more; the last one's leaving ends a generation that is not detached. */
  public record Leave(String id, ActorRef<GenerationEvent> listener) implements Command {}

  /** Asks where a generation stands; empty if its id is unknown or was forgotten. */
  public record GetGeneration(
      Client client, String id, ActorRef<Optional<GenerationStatus>> replyTo) implements Command {}

  /** Asks how a generation ended; empty if its result is not kept. */
  public record GetResult(Client client, String id, ActorRef<Optional<GenerationResult>> replyTo)
      implements Command {}

  /** Asks for a PNG of a preview. */
  public record Render(Preview preview, ActorRef<StatusReply<byte[]>> replyTo) implements Command {}

  /** Asks for the fleet as it is now. */
  public record GetFleet(ActorRef<Fleet> replyTo) implements Command {}

  /** Has a watcher told of every batch and every change of the fleet until it stops. */
  public record WatchFleet(ActorRef<FleetEvent> watcher) implements Command {}

  /** Tells a watcher no more. */
  public record UnwatchFleet(ActorRef<FleetEvent> watcher) implements Command {}

  /** Asks which models are served, the default one first. */
  public record GetModels(ActorRef<List<ModelInfo>> replyTo) implements Command {}

  /** Asks whether work can be done. */
  public record GetReadiness(ActorRef<Readiness> replyTo) implements Command {}

  /** Refuses new work from now on and replies when all that was accepted has been answered. */
  public record Drain(ActorRef<Done> replyTo) implements Command {}

  /** A generation has ended and holds its places no longer. */
  record GenerationEnded(GenerationStatus status, ActorRef<Generation.Command> generation)
      implements Command {}

  private record GenerationStopped(String id, ActorRef<Generation.Command> generation)
      implements Command {}

  private record ReadinessChanged(ModelReadiness readiness) implements Command {}

  /** How much a caller is told before the result; each level includes the one before. */
  public enum Detail {
    /** The result alone. */
    RESULT,
    /** That the request was accepted, and each image when it is done or has failed. */
    IMAGES,
    /** Every step of every image. */
    STEPS
  }

  private static final Duration ASK_AGAIN = Duration.ofSeconds(5);

  /** Random seeds are exact as a JSON number everywhere. */
  private static final long SEEDS = 1L << 53;

  private final Ticker ticker;
  private final SamplingListener listener;
  private final RequestResolver resolver;
  private final Admission admission;
  private final ImagesInFlight inFlight = new ImagesInFlight();
  private final ActorRef<Finisher.Command> finisher;
  private final Map<String, ModelEntry> models = new LinkedHashMap<>();
  private final Map<String, Running> running = new HashMap<>();
  private final EndedGenerations ended = new EndedGenerations();
  private final List<ActorRef<Done>> drains = new ArrayList<>();
  private boolean draining;
  private int actors;
  private long spawned;

  /** Returns the service without a listener. */
  public static Behavior<Command> create(
      List<ServedModel> models, SamplingOptions options, ImageEncoder encoder) {
    return create(models, options, encoder, SamplingListener.NONE);
  }

  /**
   * Returns the service, which starts its replicas at once.
   *
   * @param models the models to serve, the default one first; names must differ
   * @param encoder makes the files of finished images
   * @param listener hears what is done
   */
  public static Behavior<Command> create(
      List<ServedModel> models,
      SamplingOptions options,
      ImageEncoder encoder,
      SamplingListener listener) {
    return Behaviors.setup(
        context ->
            new SamplingService(
                context, List.copyOf(models), options, encoder, new ShieldedListener(listener)));
  }

  private SamplingService(
      ActorContext<Command> context,
      List<ServedModel> served,
      SamplingOptions options,
      ImageEncoder encoder,
      SamplingListener listener) {
    super(context);
    context.setLoggerName(SamplingService.class);
    this.ticker = Ticker.startingNow();
    this.listener = listener;
    this.resolver =
        new RequestResolver(
            served, options.requests(), () -> ThreadLocalRandom.current().nextLong(SEEDS));
    this.admission = new Admission(options.maxUnfinishedImages());
    this.finisher =
        context.spawn(Finisher.createPool(options.finisherThreads(), encoder), "finisher");
    ActorRef<ModelReadiness> readinessTo =
        context.messageAdapter(ModelReadiness.class, ReadinessChanged::new);
    for (int i = 0; i < served.size(); i++) {
      ServedModel model = served.get(i);
      ActorRef<Router.Command> router =
          context.spawn(
              Router.create(model, options, ticker, listener, readinessTo), "router-" + i);
      models.put(model.name(), new ModelEntry(model, router, options.requests().maxSteps()));
    }
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Generate.class, this::onGenerate)
        .onMessage(Cancel.class, this::onCancel)
        .onMessage(GetGeneration.class, this::onGetGeneration)
        .onMessage(Leave.class, this::onLeave)
        .onMessage(GetResult.class, this::onGetResult)
        .onMessage(Render.class, this::onRender)
        .onMessage(GetFleet.class, this::onGetFleet)
        .onMessage(WatchFleet.class, watch -> this)
        .onMessage(UnwatchFleet.class, unwatch -> this)
        .onMessage(GetModels.class, this::onGetModels)
        .onMessage(GetReadiness.class, this::onGetReadiness)
        .onMessage(Drain.class, this::onDrain)
        .onMessage(GenerationEnded.class, this::onGenerationEnded)
        .onMessage(GenerationStopped.class, this::onGenerationStopped)
        .onMessage(ReadinessChanged.class, this::onReadinessChanged)
        .build();
  }

  private Behavior<Command> onGenerate(Generate generate) {
    String id = generate.request().id();
    long now = ticker.nanos();
    ResolvedRequest request;
    try {
      request = resolver.resolve(generate.request(), now);
    } catch (InvalidRequestException invalid) {
      listener.requestInvalid();
      String message = Optional.ofNullable(invalid.getMessage()).orElse("");
      generate.replyTo().tell(new GenerationResult.Invalid(id, invalid.param(), message));
      return this;
    } catch (RuntimeException failure) {
      getContext().getLog().error("request [{}] could not be planned", id, failure);
      generate.replyTo().tell(new GenerationResult.Failed(id, "it could not be planned"));
      return this;
    }
    Optional<GenerationResult> refusal = refusal(request, generate.request().client(), now);
    refusal.ifPresentOrElse(generate.replyTo()::tell, () -> spawn(request, generate));
    return this;
  }

  /** Admits the request, or returns why not. */
  private Optional<GenerationResult> refusal(ResolvedRequest request, Client client, long now) {
    String id = request.id();
    if (running.containsKey(id)) {
      String message = "id: " + id + " (expected: one that is not in use)";
      return refused(id, RefusalReason.DUPLICATE_ID, message, Duration.ZERO);
    }
    if (draining) {
      String message = "the service is shutting down";
      return refused(id, RefusalReason.DRAINING, message, ASK_AGAIN);
    }
    ModelEntry model = entry(request.model());
    if (model.readiness.unavailable()) {
      String message = "no replica of " + request.model() + " can be started";
      return refused(id, RefusalReason.MODEL_UNAVAILABLE, message, ASK_AGAIN);
    }
    if (!inFlight.fits(client, request.n())) {
      String message =
          "images in flight: "
              + inFlight.of(client)
              + " and "
              + request.n()
              + " more (expected: at most "
              + client.maxUnfinishedImages()
              + ")";
      return refused(id, RefusalReason.TOO_MANY_IN_FLIGHT, message, ASK_AGAIN);
    }
    return admission
        .admit(request.n(), now)
        .flatMap(
            later ->
                refused(
                    id,
                    RefusalReason.QUEUE_FULL,
                    "the queue is full with " + admission.unfinished() + " unfinished images",
                    later));
  }

  private static Optional<GenerationResult> refused(
      String id, RefusalReason reason, String message, Duration retryAfter) {
    return Optional.of(new GenerationResult.Refused(id, reason, message, retryAfter));
  }

  private void spawn(ResolvedRequest request, Generate generate) {
    Generation.Partners partners =
        new Generation.Partners(
            entry(request.model()).router,
            finisher,
            getContext().getSelf(),
            listener,
            generate.detail(),
            generate.replyTo());
    ActorRef<Generation.Command> generation =
        getContext().spawn(Generation.create(request, partners, ticker), "generation-" + ++spawned);
    getContext().watchWith(generation, new GenerationStopped(request.id(), generation));
    actors++;
    Client client = generate.request().client();
    inFlight.add(client, request.n());
    running.put(request.id(), new Running(generation, client, request.n()));
  }

  private Behavior<Command> onCancel(Cancel cancel) {
    Running generation = running.get(cancel.id());
    if (generation != null) {
      generation.actor.tell(new Generation.Cancel(cancel.replyTo()));
    } else {
      boolean known = ended.find(cancel.id()).isPresent();
      cancel.replyTo().tell(known ? CancelOutcome.ALREADY_ENDED : CancelOutcome.UNKNOWN);
    }
    return this;
  }

  private Behavior<Command> onGetGeneration(GetGeneration get) {
    Running generation = running.get(get.id());
    if (generation != null) {
      generation.actor.tell(new Generation.GetStatus(get.replyTo()));
    } else {
      get.replyTo().tell(ended.find(get.id()));
    }
    return this;
  }

  private Behavior<Command> onLeave(Leave leave) {
    Running generation = running.get(leave.id());
    if (generation != null) {
      generation.actor.tell(new Generation.Cancel(getContext().getSystem().ignoreRef()));
    }
    return this;
  }

  private Behavior<Command> onGetResult(GetResult get) {
    get.replyTo().tell(Optional.empty());
    return this;
  }

  private Behavior<Command> onRender(Render render) {
    render.replyTo().tell(StatusReply.error("there are no previews yet"));
    return this;
  }

  private Behavior<Command> onGetFleet(GetFleet get) {
    get.replyTo().tell(new Fleet(draining, admission.unfinished(), 0, List.of()));
    return this;
  }

  private Behavior<Command> onGetModels(GetModels get) {
    get.replyTo().tell(models.values().stream().map(ModelEntry::info).toList());
    return this;
  }

  private Behavior<Command> onGetReadiness(GetReadiness get) {
    List<ModelReadiness> each = models.values().stream().map(entry -> entry.readiness).toList();
    get.replyTo().tell(new Readiness(draining, each));
    return this;
  }

  private Behavior<Command> onDrain(Drain drain) {
    draining = true;
    drains.add(drain.replyTo());
    return replyWhenDrained();
  }

  private Behavior<Command> onGenerationEnded(GenerationEnded message) {
    ended.add(message.status());
    giveBack(message.status().id(), message.generation());
    message.generation().tell(Generation.Dismissed.INSTANCE);
    return this;
  }

  private Behavior<Command> onGenerationStopped(GenerationStopped stopped) {
    giveBack(stopped.id(), stopped.generation());
    actors--;
    return replyWhenDrained();
  }

  private Behavior<Command> onReadinessChanged(ReadinessChanged changed) {
    entry(changed.readiness().model()).readiness = changed.readiness();
    return this;
  }

  private void giveBack(String id, ActorRef<Generation.Command> generation) {
    Running holder = running.get(id);
    if (holder != null && holder.actor.equals(generation)) {
      running.remove(id);
      admission.finish(holder.images, ticker.nanos());
      inFlight.remove(holder.client, holder.images);
    }
  }

  /** Replies when the last generation has stopped, which it does after it has told its caller. */
  private Behavior<Command> replyWhenDrained() {
    if (draining && actors == 0) {
      drains.forEach(replyTo -> replyTo.tell(Done.getInstance()));
      drains.clear();
    }
    return this;
  }

  private ModelEntry entry(String model) {
    return Objects.requireNonNull(models.get(model), model);
  }

  /** A generation that has not ended. */
  private record Running(ActorRef<Generation.Command> actor, Client client, int images) {}

  /** A model, its router, and what the router last said of its replicas. */
  private static final class ModelEntry {

    private final ServedModel served;
    private final ActorRef<Router.Command> router;
    private final int maxSteps;
    private ModelReadiness readiness;

    ModelEntry(ServedModel served, ActorRef<Router.Command> router, int maxSteps) {
      this.served = served;
      this.router = router;
      this.maxSteps = maxSteps;
      this.readiness = ModelReadiness.starting(served.name(), served.replicas());
    }

    ModelInfo info() {
      PlanSource plans = served.plans();
      return new ModelInfo(
          served.model().description(),
          plans.solvers(),
          plans.defaultSolver(),
          Math.min(maxSteps, plans.maxSteps()),
          readiness.ready());
    }
  }
}
