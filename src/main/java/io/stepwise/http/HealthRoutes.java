package io.stepwise.http;

import static org.apache.pekko.http.javadsl.server.Directives.complete;
import static org.apache.pekko.http.javadsl.server.Directives.completeWithFuture;
import static org.apache.pekko.http.javadsl.server.Directives.concat;
import static org.apache.pekko.http.javadsl.server.Directives.get;
import static org.apache.pekko.http.javadsl.server.Directives.path;
import static org.apache.pekko.http.javadsl.server.PathMatchers.segment;

import io.stepwise.sampling.Readiness;
import io.stepwise.sampling.Vitals;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.server.Route;

/** Tells whoever watches the process whether it lives and whether it should be sent work. */
final class HealthRoutes {

  private final Vitals vitals;

  HealthRoutes(Vitals vitals) {
    this.vitals = vitals;
  }

  private record Liveness(boolean live) {}

  Route route() {
    return concat(
        path(
            segment("v2").slash("health").slash("live"),
            () -> get(() -> complete(Json.response(StatusCodes.OK, new Liveness(true))))),
        path(
            segment("v2").slash("health").slash("ready"),
            () ->
                get(() -> completeWithFuture(vitals.readiness().thenApply(HealthRoutes::ready)))));
  }

  private static HttpResponse ready(Readiness readiness) {
    return Json.response(
        readiness.ready() ? StatusCodes.OK : StatusCodes.SERVICE_UNAVAILABLE,
        ReadinessJson.of(readiness));
  }
}
