package io.stepwise.sampling;

import java.util.ArrayList;
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
 * one {@link GenerationResult}. It is a listener until then, unless it leaves or stops; a
 * generation that is not detached ends with its last listener. {@link SamplingClient} does the same
 * for callers that are no actors.
 *
 * <p>A request with an idempotency key that its owner has used before for the same request joins
 * the generation that runs, or is told the result that is kept; its listener is then told events
 * under the id of that generation.
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

  /**
   * A listener hears no more; the last one's leaving ends a generation that is not detached. A
   * listener that stops has left.
   *
   * @param id the generation's, or that of the request which joined it
   */
  public record Leave(String id, ActorRef<GenerationEvent> listener) implements Command {}

  /** Asks where a generation stands; empty if its id is unknown or was forgotten. */
  public record GetGeneration(
      Client client, String id, ActorRef<Optional<GenerationStatus>> replyTo) implements Command {}

  /** Asks how a generation ended; empty if its result is not kept. */
  public record GetResult(Client client, String id, ActorRef<Optional<GenerationResult>> replyTo)
      implements Command {}

  /**
   * Asks for a PNG of a preview. The reply is an error if its model is not served or its replicas
   * fail, and if too many are wanted at the same time.
   */
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
  record GenerationEnded(Ending ending, ActorRef<Generation.Command> generation)
      implements Command {}

  /** Asks for what the fleet's watch tells of the service. */
  record ReportToFleet(ActorRef<FleetWatch.Command> replyTo) implements Command {}

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

  /** Random seeds are exact as a JSON number everywhere. */
  private static final long SEEDS = 1L << 53;

  private final Ticker ticker;
  private final SamplingListener listener;
  private final RequestResolver resolver;
  private final RequestAdmission admission;
  private final ActorRef<Finisher.Command> finisher;
  private final ActorRef<Renderer.Command> renderer;
  private final ActorRef<FleetWatch.Command> fleet;
  private final Map<String, ModelEntry> models = new LinkedHashMap<>();
  private final Generations generations;
  private final List<ActorRef<Done>> drains = new ArrayList<>();
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
    this.admission = new RequestAdmission(options, listener);
    this.generations = new Generations(options.results(), ticker);
    this.finisher =
        context.spawn(Finisher.createPool(options.finisherThreads(), encoder), "finisher");
    ActorRef<ModelReadiness> readinessTo =
        context.messageAdapter(ModelReadiness.class, ReadinessChanged::new);
    for (int i = 0; i < served.size(); i++) {
      ServedModel model = served.get(i);
      ActorRef<Router.Command> router =
          context.spawn(
              Router.create(
                  ReplicaFleet.of(model, options, listener), options, ticker, readinessTo),
              "router-" + i);
      models.put(model.name(), new ModelEntry(model, router, options.requests()));
    }
    Map<String, ActorRef<Router.Command>> routers = new LinkedHashMap<>();
    models.forEach((name, entry) -> routers.put(name, entry.router()));
    this.fleet = context.spawn(FleetWatch.create(context.getSelf(), routers), "fleet");
    List<Renderer.Source> sources = models.values().stream().map(ModelEntry::source).toList();
    this.renderer =
        context.spawn(Renderer.create(sources, finisher, options.finisherThreads()), "renderer");
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
        .onMessage(WatchFleet.class, this::onWatchFleet)
        .onMessage(UnwatchFleet.class, this::onUnwatchFleet)
        .onMessage(ReportToFleet.class, this::onReportToFleet)
        .onMessage(GetModels.class, this::onGetModels)
        .onMessage(GetReadiness.class, this::onGetReadiness)
        .onMessage(Drain.class, this::onDrain)
        .onMessage(GenerationEnded.class, this::onGenerationEnded)
        .onMessage(GenerationStopped.class, this::onGenerationStopped)
        .onMessage(ReadinessChanged.class, this::onReadinessChanged)
        .build();
  }

  private Behavior<Command> onGenerate(Generate generate) {
    if (generations.repeats(generate)) {
      return this;
    }
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
    ModelReadiness readiness = entry(request.model()).readiness();
    admission
        .refusal(request, generate.request().client(), generations.isTaken(id), readiness, now)
        .ifPresentOrElse(generate.replyTo()::tell, () -> spawn(request, generate));
    return this;
  }

  private void spawn(ResolvedRequest request, Generate generate) {
    Generation.Partners partners =
        new Generation.Partners(
            entry(request.model()).router(),
            finisher,
            getContext().getSelf(),
            listener,
            generate.detail(),
            generate.replyTo());
    ActorRef<Generation.Command> generation =
        getContext().spawn(Generation.create(request, partners, ticker), "generation-" + ++spawned);
    getContext().watchWith(generation, new GenerationStopped(request.id(), generation));
    actors++;
    generations.add(generate.request(), generation);
  }

  private Behavior<Command> onCancel(Cancel cancel) {
    generations.cancel(cancel);
    return this;
  }

  private Behavior<Command> onLeave(Leave leave) {
    generations.leave(leave);
    return this;
  }

  private Behavior<Command> onGetGeneration(GetGeneration get) {
    generations.tellStatus(get);
    return this;
  }

  private Behavior<Command> onGetResult(GetResult get) {
    generations.tellResult(get);
    return this;
  }

  private Behavior<Command> onRender(Render render) {
    renderer.tell(new Renderer.Render(render.preview(), render.replyTo()));
    return this;
  }

  private Behavior<Command> onGetFleet(GetFleet get) {
    fleet.tell(new FleetWatch.Get(get.replyTo()));
    return this;
  }

  private Behavior<Command> onWatchFleet(WatchFleet watch) {
    fleet.tell(new FleetWatch.Watch(watch.watcher()));
    return this;
  }

  private Behavior<Command> onUnwatchFleet(UnwatchFleet unwatch) {
    fleet.tell(new FleetWatch.Unwatch(unwatch.watcher()));
    return this;
  }

  private Behavior<Command> onReportToFleet(ReportToFleet report) {
    report
        .replyTo()
        .tell(
            new FleetWatch.ServiceReport(
                admission.isDraining(),
                admission.unfinishedImages(),
                admission.maxUnfinishedImages()));
    return this;
  }

  private Behavior<Command> onGetModels(GetModels get) {
    get.replyTo().tell(models.values().stream().map(ModelEntry::info).toList());
    return this;
  }

  private Behavior<Command> onGetReadiness(GetReadiness get) {
    List<ModelReadiness> each = models.values().stream().map(ModelEntry::readiness).toList();
    get.replyTo().tell(new Readiness(admission.isDraining(), each));
    return this;
  }

  private Behavior<Command> onDrain(Drain drain) {
    admission.drain();
    fleet.tell(FleetWatch.Changed.INSTANCE);
    drains.add(drain.replyTo());
    return replyWhenDrained();
  }

  private Behavior<Command> onGenerationEnded(GenerationEnded message) {
    Ending ending = message.ending();
    if (ending.result() instanceof GenerationResult.Refused) {
      generations.lose(ending.status().id(), message.generation()).ifPresent(admission::withdraw);
    } else {
      giveBack(generations.end(ending, message.generation()));
    }
    message.generation().tell(Generation.Dismissed.INSTANCE);
    return this;
  }

  private Behavior<Command> onGenerationStopped(GenerationStopped stopped) {
    giveBack(generations.lose(stopped.id(), stopped.generation()));
    actors--;
    return replyWhenDrained();
  }

  private Behavior<Command> onReadinessChanged(ReadinessChanged changed) {
    entry(changed.readiness().model()).readinessIs(changed.readiness());
    fleet.tell(FleetWatch.Changed.INSTANCE);
    return this;
  }

  /** Frees the places of a generation that has ended, if it held any. */
  private void giveBack(Optional<GenerationRequest> ended) {
    ended.ifPresent(request -> admission.finish(request, ticker.nanos()));
  }

  /** Replies when the last generation has stopped, which it does after it has told its caller. */
  private Behavior<Command> replyWhenDrained() {
    if (admission.isDraining() && actors == 0) {
      drains.forEach(replyTo -> replyTo.tell(Done.getInstance()));
      drains.clear();
    }
    return this;
  }

  private ModelEntry entry(String model) {
    return Objects.requireNonNull(models.get(model), model);
  }
}
