package io.stepwise.sampling;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.jspecify.annotations.Nullable;

/** The sampling service for callers that are no actors. Thread safe. */
public final class SamplingClient implements Vitals {

  private static final Duration ANSWER = Duration.ofSeconds(10);

  private final ActorRef<SamplingService.Command> service;
  private final ActorSystem<?> system;
  private final Duration longest;

  /**
   * Speaks to a service.
   *
   * @param longest how long a generation may take before the caller gives up; more than {@link
   *     SamplingOptions.Requests#maxDeadline()}
   */
  public SamplingClient(
      ActorRef<SamplingService.Command> service, ActorSystem<?> system, Duration longest) {
    this.service = service;
    this.system = system;
    this.longest = longest;
  }

  /**
   * Asks for images and completes with how it ended; bad input is a result, not an exception.
   *
   * <p>Completes with a {@code TimeoutException}, and leaves the generation, only if the service
   * does not answer.
   */
  public CompletionStage<GenerationResult> generate(GenerationRequest request) {
    return begin(request).result();
  }

  /** Asks for images, as {@link #generate} does, for a caller that may go before it is answered. */
  public PendingGeneration begin(GenerationRequest request) {
    CompletableFuture<ActorRef<GenerationEvent>> asker = new CompletableFuture<>();
    CompletionStage<GenerationEvent> answer =
        AskPattern.ask(
            service,
            replyTo -> {
              asker.complete(replyTo);
              return new SamplingService.Generate(request, SamplingService.Detail.RESULT, replyTo);
            },
            longest,
            system.scheduler());
    return new PendingGeneration(
        answer.thenApply(GenerationResult.class::cast),
        // the service answers: told here, the asker could be gone before its request has arrived
        () -> service.tell(new SamplingService.Leave(request.id(), asker.join(), true)));
  }

  /**
   * Asks for images and has a listener told all events, the result last.
   *
   * @param detail how much it is told
   */
  public void generate(
      GenerationRequest request,
      SamplingService.Detail detail,
      ActorRef<GenerationEvent> listener) {
    service.tell(new SamplingService.Generate(request, detail, listener));
  }

  /**
   * A listener is told no more. When the last one of a generation goes, the generation is cancelled
   * unless it is detached.
   */
  public void leave(String id, ActorRef<GenerationEvent> listener) {
    service.tell(new SamplingService.Leave(id, listener, false));
  }

  /** Ends a generation of the client's owner; one of anybody else is unknown. */
  public CompletionStage<CancelOutcome> cancel(Client client, String id) {
    return AskPattern.ask(
        service,
        replyTo -> new SamplingService.Cancel(client, id, replyTo),
        ANSWER,
        system.scheduler());
  }

  /**
   * Returns how a generation of the client's owner ended, if that is kept: that of a detached one
   * or one with an idempotency key, for a while. Empty if it runs, is unknown, or was forgotten.
   */
  public CompletionStage<Optional<GenerationResult>> result(Client client, String id) {
    return AskPattern.ask(
        service,
        replyTo -> new SamplingService.GetResult(client, id, replyTo),
        ANSWER,
        system.scheduler());
  }

  /** Makes a PNG of a preview; fails if the model's replicas do not answer. */
  public CompletionStage<byte[]> render(Preview preview) {
    return AskPattern.askWithStatus(
        service,
        replyTo -> new SamplingService.Render(preview, replyTo),
        ANSWER,
        system.scheduler());
  }

  @Override
  public CompletionStage<Fleet> fleet() {
    return AskPattern.ask(service, SamplingService.GetFleet::new, ANSWER, system.scheduler());
  }

  /** Has a watcher told of every batch and every change of the fleet until it stops. */
  public void watchFleet(ActorRef<FleetEvent> watcher) {
    service.tell(new SamplingService.WatchFleet(watcher));
  }

  /** Tells a watcher no more. */
  public void unwatchFleet(ActorRef<FleetEvent> watcher) {
    service.tell(new SamplingService.UnwatchFleet(watcher));
  }

  /** Returns where a generation of the client's owner stands; empty if its id is unknown. */
  public CompletionStage<Optional<GenerationStatus>> generation(Client client, String id) {
    return AskPattern.ask(
        service,
        replyTo -> new SamplingService.GetGeneration(client, id, replyTo),
        ANSWER,
        system.scheduler());
  }

  /** Returns the models that are served, the default one first. */
  public CompletionStage<List<ModelInfo>> models() {
    return AskPattern.ask(service, SamplingService.GetModels::new, ANSWER, system.scheduler());
  }

  /**
   * Takes a version into use, and completes when new images begin on it or cannot.
   *
   * @param version its digest, or 8 or more of its first digits
   * @param share of the new images that are to begin on it; null for all
   */
  public CompletionStage<Activation> activate(
      String model, String version, @Nullable Double share) {
    return AskPattern.ask(
        service,
        replyTo -> new SamplingService.ActivateVersion(model, version, share, replyTo),
        longest,
        system.scheduler());
  }

  /** Returns the versions of a model; fails if it is not served, or its store cannot be read. */
  public CompletionStage<ModelVersions> versions(String model) {
    return AskPattern.askWithStatus(
        service,
        replyTo -> new SamplingService.GetVersions(model, replyTo),
        ANSWER,
        system.scheduler());
  }

  @Override
  public CompletionStage<Readiness> readiness() {
    return AskPattern.ask(service, SamplingService.GetReadiness::new, ANSWER, system.scheduler());
  }

  /** Refuses new work and completes when all that was accepted has been answered. */
  public CompletionStage<Done> drain() {
    return AskPattern.ask(service, SamplingService.Drain::new, longest, system.scheduler());
  }
}
