package io.stepwise.http;

import static org.apache.pekko.http.javadsl.server.Directives.completeWithFuture;
import static org.apache.pekko.http.javadsl.server.Directives.get;
import static org.apache.pekko.http.javadsl.server.Directives.path;
import static org.apache.pekko.http.javadsl.server.PathMatchers.segment;

import io.stepwise.sampling.Fleet;
import io.stepwise.sampling.ModelReadiness;
import io.stepwise.sampling.Vitals;
import io.stepwise.telemetry.FleetReading;
import io.stepwise.telemetry.Meters;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.server.Route;
import org.apache.pekko.util.ByteString;

/**
 * The page that Prometheus reads. The fleet is asked for once for each reading; where it does not
 * answer in time, its gauges are left out and the rest is told.
 */
final class MetricsRoutes {

  private static final Duration PATIENCE = Duration.ofSeconds(3);
  private static final ContentType TYPE = ContentTypes.parse(Meters.CONTENT_TYPE);

  private final Vitals vitals;
  private final Meters meters;

  MetricsRoutes(Vitals vitals, Meters meters) {
    this.vitals = vitals;
    this.meters = meters;
  }

  Route route() {
    return path(segment("metrics"), () -> get(() -> completeWithFuture(page())));
  }

  private CompletionStage<HttpResponse> page() {
    return vitals
        .fleet()
        .toCompletableFuture()
        .orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
        .handle(
            (fleet, failure) -> {
              if (failure == null) {
                meters.showFleet(reading(fleet));
              } else {
                meters.hideFleet();
              }
              return HttpResponse.create().withEntity(TYPE, ByteString.fromString(meters.scrape()));
            });
  }

  private static FleetReading reading(Fleet fleet) {
    return new FleetReading(
        fleet.unfinishedImages(),
        fleet.maxUnfinishedImages(),
        fleet.models().stream().map(MetricsRoutes::reading).toList());
  }

  private static FleetReading.Model reading(Fleet.Model model) {
    int ready =
        (int)
            model.replicas().stream()
                .filter(replica -> replica.state() == ModelReadiness.State.READY)
                .count();
    return new FleetReading.Model(
        model.name(),
        model.snapshot(),
        model.snapshots().size(),
        model.waitingImages(),
        model.inFlightImages(),
        model.batchRows(),
        model.replicas().size(),
        ready);
  }
}
