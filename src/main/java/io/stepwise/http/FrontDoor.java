package io.stepwise.http;

import io.stepwise.telemetry.Meters;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** Where every request comes in and every answer goes out: identified, admitted, logged, counted. */
final class FrontDoor {

  private final Guard guard;
  private final Api api;
  private final Meters meters;

  FrontDoor(Guard guard, Api api, Meters meters) {
    this.guard = guard;
    this.api = api;
    this.meters = meters;
  }

  /** Completes with the answer to a request and never fails. */
  CompletionStage<HttpResponse> answer(HttpRequest received) {
    HttpRequest request = Exchange.begin(received, meters);
    HttpRequest admitted;
    try {
      admitted = guard.admit(request);
    } catch (ApiException refusal) {
      return api.refuse(request, refusal.error().response())
          .thenApply(response -> Exchange.end(request, response));
    }
    return api.answer(admitted)
        .thenApply(response -> Exchange.end(admitted, Credentials.accepted(request, response)));
  }
}
