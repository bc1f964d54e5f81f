package io.stepwise.http;

import static org.apache.pekko.http.javadsl.server.Directives.completeWithFuture;
import static org.apache.pekko.http.javadsl.server.Directives.get;
import static org.apache.pekko.http.javadsl.server.Directives.path;
import static org.apache.pekko.http.javadsl.server.PathMatchers.segment;

import io.stepwise.sampling.SamplingClient;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.server.Route;

/** Tells what all replicas are doing. */
final class FleetRoutes {

  private final SamplingClient client;

  FleetRoutes(SamplingClient client) {
    this.client = client;
  }

  Route route() {
    return path(
        segment("v1").slash("fleet"),
        () ->
            get(
                () ->
                    completeWithFuture(
                        client
                            .fleet()
                            .thenApply(
                                fleet -> Json.response(StatusCodes.OK, FleetJson.of(fleet))))));
  }
}
