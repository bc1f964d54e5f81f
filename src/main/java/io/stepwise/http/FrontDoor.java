package io.stepwise.http;

import io.stepwise.telemetry.Meters;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/**
 * Where every request comes in and every answer goes out: identified, admitted, logged, counted.
 */
final class FrontDoor {

  private final Guard guard;
  private final RateLimits limits;
  private final Api api;
  private final Meters meters;

  FrontDoor(Guard guard, RateLimits limits, Api api, Meters meters) {
    this.guard = guard;
    this.limits = limits;
    this.api = api;
    this.meters = meters;
  }

  /** Completes with the answer to a request and never fails. */
  CompletionStage<HttpResponse> answer(HttpRequest received) {
    HttpRequest request = Exchange.begin(received, meters);
    HttpRequest admitted;
    try {
      admitted = guard.admit(request);
    } catch (ApiException unknown) {
      return refuse(request, unknown.error());
    }
    Optional<ApiError> tooMany = limits.count(Caller.of(admitted));
    return tooMany.isPresent()
        ? refuse(admitted, tooMany.get())
        : api.answer(admitted)
            .thenApply(answer -> Credentials.accepted(request, answer))
            .thenApply(answer -> Exchange.end(admitted, answer));
  }

  private CompletionStage<HttpResponse> refuse(HttpRequest request, ApiError error) {
    meters.refused(error.code());
    return api.refuse(request, InferenceErrors.shaped(request, error.response()))
        .thenApply(answer -> Exchange.end(request, answer));
  }
}
