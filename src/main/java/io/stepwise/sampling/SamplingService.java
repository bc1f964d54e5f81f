package io.stepwise.sampling;

import io.stepwise.network.DenoisingModel;
import io.stepwise.network.ModelDescription;
import io.stepwise.snapshot.SnapshotPublished;
import java.util.ArrayList;
import java.util.List;
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
import org.jspecify.annotations.Nullable;

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
   * A listener, who may want a last {@code Cancelled}, hears no more. The last one's leaving ends a
   * generation that is not detached. The id is the generation's, or of a request that joined it.
   */
  public record Leave(String id, ActorRef<GenerationEvent> listener, boolean wantsAnswer)
      implements Command {}

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

  /** A version of a model's weights was published; new images are to begin on it. */
  public record VersionPublished(SnapshotPublished announcement) implements Command {}

  /** The versions that new images of a model are to begin on were chosen for several services. */
  public record FollowVersions(VersionChoice choice) implements Command {}

  /**
   * Takes a version into use that the model's store has, also an earlier one.
   *
   * @param version its digest, or 8 or more of its first digits
   * @param share of the new images that are to begin on it, more than 0 and less than 1; null for
   *     all of them, which ends the trial of any other
   */
  public record ActivateVersion(
      String model, String version, @Nullable Double share, ActorRef<Activation> replyTo)
      implements Command {}

  /** Asks for the versions of a model that is served; the reply is an error otherwise. */
  public record GetVersions(String model, ActorRef<StatusReply<ModelVersions>> replyTo)
      implements Command {}

  /** Asks whether work can be done. */
  public record GetReadiness(ActorRef<Readiness> replyTo) implements Command {}

  /** Refuses new work from now on and replies when all that was accepted has been answered. */
  public record Drain(ActorRef<Done> replyTo) implements Command {}

  /** A generation has ended and holds its places no longer. */
  record GenerationEnded(Ending ending, ActorRef<Generation.Command> generation)
      implements Command {}

  /** Asks for what the fleet's watch tells of the service. */
  record ReportToFleet(ActorRef<FleetWatch.Command> replyTo) implements Command {}

  /** Has all replicas of a model load a version, which is then to be used or abandoned. */
  record LoadVersion(String model, DenoisingModel version, ActorRef<StatusReply<Done>> replyTo)
      implements Command {}

  /** New images, or a share, begin on a loaded version; it may end the trial of another one. */
  record UseVersion(ModelDescription version, @Nullable Double share, boolean endsTrial)
      implements Command {}

  /** The version that was to be loaded last will not be used. */
  record AbandonVersion(String model) implements Command {}

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
  private final Models models;
  private final Generations generations;
  private final List<ActorRef<Done>> drains = new ArrayList<>();
  private int actors;
  private long spawned;

  /** Returns the service with replicas of its own and no listener. */
  public static Behavior<Command> create(
      List<ServedModel> models, SamplingOptions options, ImageEncoder encoder) {
    SamplingListener none = SamplingListener.NONE;
    return create(models, options, encoder, none, RouterSource.local(options, none));
  }

  /**
   * Returns the service.
   *
   * @param models the models to serve, the default one first; names must differ
   * @param encoder makes the files of finished images
   * @param listener hears what is done
   * @param routers makes who takes on the images of each model
   */
  public static Behavior<Command> create(
      List<ServedModel> models,
      SamplingOptions options,
      ImageEncoder encoder,
      SamplingListener listener,
      RouterSource routers) {
    SamplingListener shielded = new ShieldedListener(listener);
    return Behaviors.setup(
        context ->
            new SamplingService(context, List.copyOf(models), options, encoder, shielded, routers));
  }

  private SamplingService(
      ActorContext<Command> context,
      List<ServedModel> served,
      SamplingOptions options,
      ImageEncoder encoder,
      SamplingListener listener,
      RouterSource routers) {
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
    this.models =
        Models.start(
            context,
            served,
            model -> routers.create(model, ticker, readinessTo),
            options.requests(),
            listener);
    this.fleet = context.spawn(FleetWatch.create(context.getSelf(), models.routers()), "fleet");
    List<Renderer.Source> sources = models.all().stream().map(ModelEntry::source).toList();
    this.renderer =
        context.spawn(Renderer.create(sources, finisher, options.finisherThreads()), "renderer");
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Generate.class, this::onGenerate)
        .onMessage(Cancel.class, cancel -> after(() -> generations.cancel(cancel)))
        .onMessage(Leave.class, leave -> after(() -> generations.leave(leave)))
        .onMessage(GetGeneration.class, get -> after(() -> generations.tellStatus(get)))
        .onMessage(GetResult.class, get -> after(() -> generations.tellResult(get)))
        .onMessage(Render.class, this::onRender)
        .onMessage(GetFleet.class, get -> tellFleet(new FleetWatch.Get(get.replyTo())))
        .onMessage(WatchFleet.class, watch -> tellFleet(new FleetWatch.Watch(watch.watcher())))
        .onMessage(UnwatchFleet.class, leave -> tellFleet(new FleetWatch.Unwatch(leave.watcher())))
        .onMessage(ReportToFleet.class, this::onReportToFleet)
        .onMessage(GetModels.class, this::onGetModels)
        .onMessage(GetReadiness.class, this::onGetReadiness)
        .onMessage(VersionPublished.class, this::onVersionPublished)
        .onMessage(FollowVersions.class, order -> after(() -> models.follow(order.choice())))
        .onMessage(ActivateVersion.class, order -> after(() -> models.activate(order)))
        .onMessage(GetVersions.class, get -> after(() -> models.tellVersions(get)))
        .onMessage(LoadVersion.class, order -> after(() -> models.get(order.model()).load(order)))
        .onMessage(UseVersion.class, order -> after(() -> use(order)))
        .onMessage(AbandonVersion.class, lost -> after(() -> models.get(lost.model()).abandon()))
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
      ResolvedRequest resolved = resolver.resolve(generate.request(), now);
      request = models.get(resolved.model()).on(resolved, generate.request());
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
    ModelReadiness readiness = models.get(request.model()).readiness();
    admission
        .refusal(request, generate.request().client(), generations.isTaken(id), readiness, now)
        .ifPresentOrElse(generate.replyTo()::tell, () -> spawn(request, generate));
    return this;
  }

  private void spawn(ResolvedRequest request, Generate generate) {
    Generation.Partners partners =
        new Generation.Partners(
            models.get(request.model()).router(),
            finisher,
            getContext().getSelf(),
            listener,
            generate.detail(),
            generate.replyTo());
    ActorRef<Generation.Command> generation =
        getContext().spawn(Generation.create(request, partners, ticker), "generation-" + ++spawned);
    getContext().watchWith(generation, new GenerationStopped(request.id(), generation));
    actors++;
    models.get(request.model()).began(request);
    generations.add(generate.request(), generation);
  }

  private Behavior<Command> onRender(Render render) {
    renderer.tell(new Renderer.Render(render.preview(), render.replyTo()));
    return this;
  }

  private Behavior<Command> tellFleet(FleetWatch.Command message) {
    fleet.tell(message);
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
    get.replyTo().tell(models.all().stream().map(ModelEntry::info).toList());
    return this;
  }

  private Behavior<Command> onGetReadiness(GetReadiness get) {
    List<ModelReadiness> each = models.all().stream().map(ModelEntry::readiness).toList();
    get.replyTo().tell(new Readiness(admission.isDraining(), each));
    return this;
  }

  private Behavior<Command> onVersionPublished(VersionPublished published) {
    models.published(published.announcement().snapshot());
    return this;
  }

  private void use(UseVersion order) {
    models.get(order.version().name()).use(order);
    fleet.tell(FleetWatch.Changed.INSTANCE);
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
      generations.lose(ending.status().id(), message.generation()).ifPresent(this::takeBack);
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
    models.get(changed.readiness().model()).readinessIs(changed.readiness());
    fleet.tell(FleetWatch.Changed.INSTANCE);
    return this;
  }

  /** Frees the places of a generation that has ended, if it held any, and its weights. */
  private void giveBack(Optional<GenerationRequest> ended) {
    ended.ifPresent(
        request -> {
          admission.finish(request, ticker.nanos());
          models.ended(request.id());
        });
  }

  /** Frees the places of a generation that its router has not taken on, and its weights. */
  private void takeBack(GenerationRequest turnedAway) {
    admission.withdraw(turnedAway);
    models.ended(turnedAway.id());
  }

  /** Replies when the last generation has stopped, which it does after it has told its caller. */
  private Behavior<Command> replyWhenDrained() {
    if (admission.isDraining() && actors == 0) {
      drains.forEach(replyTo -> replyTo.tell(Done.getInstance()));
      drains.clear();
    }
    return this;
  }

  private Behavior<Command> after(Runnable action) {
    action.run();
    return this;
  }
}
