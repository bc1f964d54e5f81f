package io.stepwise.sampling;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Scheduler;
import org.apache.pekko.actor.typed.javadsl.AskPattern;

/** The sampling service for callers that are no actors. Thread safe. */
public final class SamplingClient {

  private static final Duration ANSWER = Duration.ofSeconds(10);

  private final ActorRef<SamplingService.Command> service;
  private final Scheduler scheduler;
  private final ActorRef<CancelOutcome> nobody;
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
    this.scheduler = system.scheduler();
    this.nobody = system.ignoreRef();
    this.longest = longest;
  }

  /**
   * Asks for images and completes with how it ended; bad input is a result, not an exception.
   *
   * <p>Completes with a {@code TimeoutException}, and cancels the generation, only if the service
   * does not answer.
   */
  public CompletionStage<GenerationResult> generate(GenerationRequest request) {
    CompletionStage<GenerationEvent> answer =
        AskPattern.ask(
            service,
            replyTo ->
                new SamplingService.Generate(request, SamplingService.Detail.RESULT, replyTo),
            longest,
            scheduler);
    return answer
        .thenApply(GenerationResult.class::cast)
        .whenComplete(
            (result, failure) -> {
              if (failure != null) {
                service.tell(new SamplingService.Cancel(request.id(), nobody));
              }
            });
  }

  /** Ends a generation. */
  public CompletionStage<CancelOutcome> cancel(String id) {
    return AskPattern.ask(
        service, replyTo -> new SamplingService.Cancel(id, replyTo), ANSWER, scheduler);
  }

  /** Returns where a generation stands; empty if its id is unknown. */
  public CompletionStage<Optional<GenerationStatus>> generation(String id) {
    return AskPattern.ask(
        service, replyTo -> new SamplingService.GetGeneration(id, replyTo), ANSWER, scheduler);
  }

  /** Returns the models that are served, the default one first. */
  public CompletionStage<List<ModelInfo>> models() {
    return AskPattern.ask(service, SamplingService.GetModels::new, ANSWER, scheduler);
  }

  /** Returns whether work can be done. */
  public CompletionStage<Readiness> readiness() {
    return AskPattern.ask(service, SamplingService.GetReadiness::new, ANSWER, scheduler);
  }

  /** Refuses new work and completes when all that was accepted has been answered. */
  public CompletionStage<Done> drain() {
    return AskPattern.ask(service, SamplingService.Drain::new, longest, scheduler);
  }
}
