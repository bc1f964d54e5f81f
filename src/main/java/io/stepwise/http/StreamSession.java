package io.stepwise.http;

import io.stepwise.http.SocketMessage.Places;
import io.stepwise.sampling.Client;
import io.stepwise.sampling.FleetEvent;
import io.stepwise.sampling.GeneratedImage;
import io.stepwise.sampling.GenerationEvent;
import io.stepwise.sampling.GenerationResult;
import io.stepwise.sampling.ModelInfo;
import io.stepwise.sampling.SamplingClient;
import io.stepwise.sampling.SamplingService;
import io.stepwise.settings.StreamSettings;
import io.stepwise.training.TrainingClient;
import io.stepwise.training.TrainingEvent;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/**
 * What one websocket has asked for: takes its messages, gives the service the orders, and puts what
 * the service says into the socket's {@link Outbox}. Not thread safe; knows nothing of frames.
 *
 * <p>What the client may have at a time is bounded, and counts until it has read it.
 */
final class StreamSession {

  /** Replies that may wait to be sent before no more messages are read. */
  static final int MOST_REPLIES = 64;

  /** Wrong messages in a row after which the client is not listened to any more. */
  static final int MOST_WRONG_IN_A_ROW = 20;

  private static final int MOST_BATCHES = 256;
  private static final Duration ASK_AGAIN = Duration.ofSeconds(1);

  private enum Slot {
    FLEET,
    BATCHES
  }

  /**
   * Whom a session deals with.
   *
   * @param self who is told the service's events and hands them to the session
   * @param training the trainer; empty where nothing can be trained
   * @param turns runs what is to be done with the session later, one at a time
   * @param rates counts each generation that is asked for as a request
   */
  record Partners(
      SamplingClient service,
      Optional<TrainingClient> training,
      Supplier<ActorRef<Object>> self,
      Executor turns,
      RateLimits rates) {

    ActorRef<GenerationEvent> listener() {
      return self.get().narrow();
    }

    ActorRef<FleetEvent> watcher() {
      return self.get().narrow();
    }

    ActorRef<TrainingEvent> trainingWatcher() {
      return self.get().narrow();
    }
  }

  private final Client client;
  private final StreamSettings limits;
  private final Partners partners;
  private final Outbox<SocketMessage> outbox;
  private final Map<String, SocketGeneration> byId = new HashMap<>();
  private final Map<String, SocketGeneration> byGlobalId = new HashMap<>();
  private final Optional<TrainingWatch> training;
  private final RecentBatches batches = new RecentBatches(MOST_BATCHES);
  private Places taken = Places.NONE;
  private boolean isStarting;
  private boolean isWatching;
  private int wrongInARow;

  /**
   * Begins with nothing.
   *
   * @param client on whose behalf its generations are made
   * @param outbox where what the client is told waits; nobody else adds to it
   */
  StreamSession(
      Client client, StreamSettings limits, Partners partners, Outbox<SocketMessage> outbox) {
    this.client = client;
    this.limits = limits;
    this.partners = partners;
    this.outbox = outbox;
    this.training =
        partners
            .training()
            .map(trainer -> new TrainingWatch(trainer, partners::trainingWatcher, outbox));
  }

  /** Returns whether the next message is to be read now. */
  boolean isReceptive() {
    return !isStarting && taken.replies() < MOST_REPLIES;
  }

  /** Returns whether the client sends nothing but nonsense. */
  boolean isAbused() {
    return wrongInARow >= MOST_WRONG_IN_A_ROW;
  }

  /** Returns whether nothing runs that the client waits for. */
  boolean isIdle() {
    return byId.isEmpty() && !isStarting;
  }

  /** Takes a message of the client. */
  void receive(byte[] json) {
    try {
      ClientMessage message = ClientMessageJson.parse(json, client);
      wrongInARow = 0;
      receive(message);
    } catch (ApiException wrong) {
      wrongInARow++;
      reply(SocketJson.Problem.of(idFor(json), wrong.error()));
    }
  }

  private void receive(ClientMessage message) {
    if (message instanceof ClientMessage.Generate generate) {
      generate(generate);
    } else if (message instanceof ClientMessage.Cancel cancel) {
      cancel(cancel.id());
    } else if (message instanceof ClientMessage.Watch watch) {
      receive(watch);
    } else {
      reply(SocketJson.Pong.INSTANCE);
    }
  }

  /** A wrong order ends the generation that it asks for, unless one of that id runs already. */
  private @Nullable String idFor(byte[] json) {
    return ClientMessageJson.idOfGeneration(json).filter(id -> !byId.containsKey(id)).orElse(null);
  }

  private void generate(ClientMessage.Generate generate) {
    String id = generate.id();
    if (byId.containsKey(id)) {
      reply(SocketJson.Problem.of(null, SocketErrors.idInUse(id)));
      return;
    }
    SocketGeneration generation = new SocketGeneration(id, generate.request());
    Places wanted = taken.plus(generation.places());
    if (wanted.generations() > limits.maxGenerations()) {
      reply(SocketJson.Problem.of(id, SocketErrors.tooManyGenerations(limits, ASK_AGAIN)));
    } else if (wanted.images() > limits.maxImages()) {
      reply(SocketJson.Problem.of(id, SocketErrors.tooManyImages(taken, limits, ASK_AGAIN)));
    } else {
      partners
          .rates()
          .count(client)
          .ifPresentOrElse(
              tooMany -> reply(SocketJson.Problem.of(id, tooMany)),
              () -> {
                taken = wanted;
                begin(generation);
              });
    }
  }

  private void begin(SocketGeneration generation) {
    byId.put(generation.id(), generation);
    byGlobalId.put(generation.globalId(), generation);
    isStarting = true;
    partners
        .service()
        .models()
        .whenCompleteAsync(
            (models, failure) -> {
              isStarting = false;
              start(generation, models, failure);
            },
            partners.turns());
  }

  private void start(
      SocketGeneration generation, @Nullable List<ModelInfo> models, @Nullable Throwable failure) {
    if (byId.get(generation.id()) != generation) {
      return;
    }
    if (models == null) {
      Throwable cause = failure == null ? new IllegalStateException("no models") : failure;
      fail(generation, ErrorResponses.error(cause));
      return;
    }
    generation.resolve(models);
    boolean showsSteps = generation.request().previews() != null;
    partners
        .service()
        .generate(
            generation.request(),
            showsSteps ? SamplingService.Detail.STEPS : SamplingService.Detail.IMAGES,
            partners.listener());
  }

  private void cancel(String id) {
    SocketGeneration generation = byId.get(id);
    if (generation == null) {
      reply(SocketJson.Problem.of(null, SocketErrors.unknownId(id)));
    } else {
      // The generation says so itself, in its last event.
      partners.service().cancel(client, generation.globalId());
    }
  }

  private void receive(ClientMessage.Watch watch) {
    if (watch.topic() == ClientMessage.Topic.FLEET) {
      watch(watch.wanted());
    } else {
      training.ifPresentOrElse(
          shown -> shown.want(watch.wanted()),
          () -> reply(SocketJson.Problem.of(null, TrainingRoutes.off())));
    }
  }

  private void watch(boolean wanted) {
    if (wanted && !isWatching) {
      partners.service().watchFleet(partners.watcher());
    } else if (!wanted && isWatching) {
      partners.service().unwatchFleet(partners.watcher());
      batches.take();
      outbox.clear(Slot.FLEET);
      outbox.clear(Slot.BATCHES);
    }
    isWatching = wanted;
  }

  /** Takes what the service says of a generation. */
  void onEvent(GenerationEvent event) {
    SocketGeneration generation = byGlobalId.get(event.id());
    if (generation == null) {
      return;
    }
    if (event instanceof GenerationEvent.Accepted accepted) {
      tell(
          SocketJson.Accepted.of(
              generation.id(), generation.model(), generation.snapshot(), accepted));
    } else if (event instanceof GenerationEvent.StepFinished step) {
      onStep(step);
    } else if (event instanceof GenerationEvent.ImageFinished finished) {
      tellImage(generation, finished.image());
    } else if (event instanceof GenerationEvent.ImageFailed failed) {
      outbox.withdraw(event.id(), failed.image().index());
      if (generation.tell(failed.image().index())) {
        outbox.add(
            SocketMessage.text(
                SocketJson.ImageFailed.of(generation.id(), failed.image()), Places.image()));
      }
    } else if (event instanceof GenerationResult result) {
      onResult(generation, result);
    }
  }

  private void onStep(GenerationEvent.StepFinished step) {
    if (step.preview() != null) {
      outbox.preview(step);
    }
  }

  private void tellImage(SocketGeneration generation, GeneratedImage image) {
    outbox.withdraw(generation.globalId(), image.index());
    if (generation.tell(image.index())) {
      outbox.add(
          new SocketMessage(
              SocketJson.Image.of(generation.id(), image), image.png(), Places.image()));
    }
  }

  private void onResult(SocketGeneration generation, GenerationResult result) {
    if (result instanceof GenerationResult.Completed completed) {
      completed.images().forEach(image -> tellImage(generation, image));
      end(generation, SocketJson.End.completed(generation.id(), completed));
    } else if (result instanceof GenerationResult.Cancelled) {
      end(generation, SocketJson.End.cancelled(generation.id(), generation.snapshot()));
    } else {
      fail(generation, ResultErrors.of(result));
    }
  }

  private void fail(SocketGeneration generation, ApiError error) {
    end(generation, SocketJson.Problem.of(generation.id(), error));
  }

  private void end(SocketGeneration generation, Object last) {
    byId.remove(generation.id());
    byGlobalId.remove(generation.globalId());
    outbox.withdraw(generation.globalId());
    outbox.add(SocketMessage.text(last, generation.remainingPlaces()));
  }

  /** Takes what the service says of the fleet. */
  void onFleet(FleetEvent event) {
    if (!isWatching) {
      return;
    }
    if (event instanceof FleetEvent.Changed changed) {
      outbox.replace(
          Slot.FLEET,
          () ->
              SocketMessage.text(
                  SocketJson.FleetNow.of(FleetJson.of(changed.fleet())), Places.NONE));
    } else if (event instanceof FleetEvent.BatchFinished batch) {
      batches.add(batch);
    } else if (event instanceof FleetEvent.BatchesDropped left) {
      batches.drop(left.count());
    }
  }

  /** Takes what the trainer tells. */
  void onTraining(TrainingEvent event) {
    training.ifPresent(shown -> shown.onEvent(event));
  }

  /** Returns whether there are batches that the client was not told of. */
  boolean hasBatches() {
    return !batches.isEmpty();
  }

  /** Tells the client of the batches since the last time; to be called now and then. */
  void reportBatches() {
    if (!batches.isEmpty()) {
      outbox.replace(
          Slot.BATCHES,
          () -> SocketMessage.text(SocketJson.Batches.of(batches.take()), Places.NONE));
    }
  }

  /** Returns what the client is told of a step whose preview is encoded. */
  SocketMessage stepMessage(GenerationEvent.StepFinished step, byte[] png) {
    SocketGeneration generation = byGlobalId.get(step.id());
    if (generation == null) {
      throw new IllegalStateException("generation: " + step.id() + " (expected: one that runs)");
    }
    return new SocketMessage(
        SocketJson.Step.of(generation.id(), step, generation.previewKind(), png), png, Places.NONE);
  }

  /** Gives back what a message held; to be called when it is sent. */
  void sent(SocketMessage message) {
    taken = taken.minus(message.frees());
  }

  /** Returns what the client has that is bounded. */
  Places taken() {
    return taken;
  }

  /** Lets go of everything: the client is gone. */
  void end() {
    byGlobalId
        .keySet()
        .forEach(generation -> partners.service().leave(generation, partners.listener()));
    byGlobalId.clear();
    byId.clear();
    watch(false);
    training.ifPresent(shown -> shown.want(false));
  }

  private void reply(Object json) {
    taken = taken.plus(Places.REPLY);
    outbox.add(SocketMessage.text(json, Places.REPLY));
  }

  private void tell(Object json) {
    outbox.add(SocketMessage.text(json, Places.NONE));
  }
}
