package io.stepwise.http;

import io.stepwise.sampling.GenerationRequest;
import io.stepwise.sampling.GenerationResult;
import io.stepwise.sampling.SamplingClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpRequest;

/** Generations that succeed together or not at all. */
final class JointGenerations {

  /** How they ended. */
  sealed interface Outcome {}

  /** All images of all of them were made. */
  record AllMade(List<GenerationResult.Completed> results) implements Outcome {}

  /**
   * One did not end as it should, and the others were cancelled.
   *
   * @param first the first that was heard of; not {@code Completed}
   */
  record NotAllMade(GenerationResult first) implements Outcome {}

  private final SamplingClient client;
  private final List<GenerationRequest> requests;
  private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();

  private JointGenerations(SamplingClient client, List<GenerationRequest> requests) {
    this.client = client;
    this.requests = requests;
  }

  /**
   * Makes the images of all, or none; none are made any more if the client of the HTTP request
   * goes.
   */
  static CompletionStage<Outcome> run(
      SamplingClient client, List<GenerationRequest> requests, HttpRequest http) {
    JointGenerations joint = new JointGenerations(client, requests);
    joint.start();
    return http.getAttribute(Disconnection.KEY)
        .map(gone -> gone.ifBefore(joint.outcome, joint::cancel))
        .orElse(joint.outcome);
  }

  private void start() {
    // All are asked for before any is listened to, so that a cancel finds every one of them.
    List<CompletableFuture<GenerationResult>> results = new ArrayList<>();
    requests.forEach(request -> results.add(client.generate(request).toCompletableFuture()));
    CompletableFuture<?>[] heard =
        results.stream()
            .map(result -> result.whenComplete(this::onEnd))
            .toArray(CompletableFuture<?>[]::new);
    CompletionStage<Void> all = CompletableFuture.allOf(heard);
    all.thenRun(() -> outcome.complete(new AllMade(completed(results))));
  }

  private void onEnd(GenerationResult result, Throwable failure) {
    boolean isFirstFailure =
        failure != null
            ? outcome.completeExceptionally(failure)
            : unsuccessful(result).map(NotAllMade::new).map(outcome::complete).orElse(false);
    if (isFirstFailure) {
      cancel();
    }
  }

  private void cancel() {
    requests.forEach(request -> client.cancel(request.client(), request.id()));
  }

  private static Optional<GenerationResult> unsuccessful(GenerationResult result) {
    if (!(result instanceof GenerationResult.Completed completed)) {
      return Optional.of(result);
    }
    return completed.failures().stream()
        .findFirst()
        .map(failed -> new GenerationResult.Failed(completed.id(), failed.reason()));
  }

  private static List<GenerationResult.Completed> completed(
      List<CompletableFuture<GenerationResult>> results) {
    return results.stream()
        .map(CompletableFuture::join)
        .filter(GenerationResult.Completed.class::isInstance)
        .map(GenerationResult.Completed.class::cast)
        .toList();
  }
}
