package io.stepwise.sampling;

import io.stepwise.sampling.RunningGenerations.Running;
import java.time.Duration;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * The generations that the service knows: which run, how the last ones ended, and what came of
 * those whose result is kept. It answers all that is asked of one by its id or by its idempotency
 * key; one of another owner is unknown. Not thread safe.
 */
final class Generations {

  private static final Duration ASK_AGAIN = Duration.ofSeconds(5);

  private final RunningGenerations running = new RunningGenerations();
  private final EndedGenerations ended = new EndedGenerations();
  private final Results results;
  private final Ticker ticker;

  Generations(SamplingOptions.Results options, Ticker ticker) {
    this.results = new Results(options.retention(), options.maxBytes());
    this.ticker = ticker;
  }

  /** Returns whether an id is in use. */
  boolean isTaken(String id) {
    return running.isTaken(id);
  }

  /** Adds a generation that was just admitted. */
  void add(GenerationRequest request, ActorRef<Generation.Command> actor) {
    running.add(request, actor);
  }

  /** Notes how a generation ended, and returns what was asked for if that is news. */
  Optional<GenerationRequest> end(Ending ending, ActorRef<Generation.Command> actor) {
    Optional<GenerationRequest> request = running.remove(ending.status().id(), actor);
    request.ifPresent(
        asked -> {
          ended.add(asked.client().owner(), ending.status());
          results.add(asked, ending, ticker.nanos());
        });
    return request;
  }

  /** Notes that a generation is no more, and returns what was asked for if that is news. */
  Optional<GenerationRequest> lose(String id, ActorRef<Generation.Command> actor) {
    return running.remove(id, actor);
  }

  /**
   * Answers a request whose key stands for an earlier one: by what comes of that, or that the two
   * differ.
   *
   * @return whether there is an earlier one
   */
  boolean repeats(SamplingService.Generate generate) {
    Optional<IdempotencyKey> key = IdempotencyKey.of(generate.request());
    Optional<Running> runs = key.flatMap(running::find);
    Optional<Results.Kept> kept = key.flatMap(known -> results.find(known, ticker.nanos()));
    Optional<GenerationRequest> first =
        runs.map(Running::request).or(() -> kept.map(Results.Kept::request));
    if (first.isPresent() && !first.get().asksForTheSameAs(generate.request())) {
      String id = generate.request().id();
      String text = RequestResolver.quoted(String.valueOf(generate.request().idempotencyKey()));
      String message =
          "Idempotency-Key: " + text + " (expected: the request that it was first used for)";
      generate.replyTo().tell(new GenerationResult.KeyReused(id, message));
    } else {
      runs.ifPresent(found -> join(found, generate));
      kept.ifPresent(found -> found.ending().tell(generate.detail(), generate.replyTo()));
    }
    return first.isPresent();
  }

  private void join(Running other, SamplingService.Generate generate) {
    String id = generate.request().id();
    if (running.join(other, id)) {
      other.actor().tell(new Generation.Join(generate.detail(), generate.replyTo()));
    } else {
      generate
          .replyTo()
          .tell(
              new GenerationResult.Refused(
                  id,
                  RefusalReason.QUEUE_FULL,
                  "the generation was joined " + RunningGenerations.MOST_JOINS + " times",
                  ASK_AGAIN));
    }
  }

  void cancel(SamplingService.Cancel cancel) {
    Optional<Running> found = running.find(cancel.client(), cancel.id());
    if (found.isPresent()) {
      found.get().actor().tell(new Generation.Cancel(cancel.replyTo()));
    } else {
      boolean known = ended.find(cancel.client(), cancel.id()).isPresent();
      cancel.replyTo().tell(known ? CancelOutcome.ALREADY_ENDED : CancelOutcome.UNKNOWN);
    }
  }

  void leave(SamplingService.Leave leave) {
    running
        .find(leave.id())
        .ifPresent(
            found ->
                found.actor().tell(new Generation.Leave(leave.listener(), leave.wantsAnswer())));
  }

  void tellStatus(SamplingService.GetGeneration get) {
    running
        .find(get.client(), get.id())
        .ifPresentOrElse(
            found -> found.actor().tell(new Generation.GetStatus(get.replyTo())),
            () -> get.replyTo().tell(ended.find(get.client(), get.id())));
  }

  void tellResult(SamplingService.GetResult get) {
    Optional<Results.Kept> kept = results.find(get.client(), get.id(), ticker.nanos());
    get.replyTo().tell(kept.map(found -> found.ending().result()));
  }
}
