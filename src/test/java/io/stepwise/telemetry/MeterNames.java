package io.stepwise.telemetry;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The names that Prometheus finds at a server where everything has happened once. */
public final class MeterNames {

  private MeterNames() {}

  /** Returns all names, with those of buckets, counts and sums. */
  public static Set<String> all() {
    try (Meters meters = new Meters()) {
      haveEverythingHappen(meters);
      Set<String> names = new TreeSet<>();
      meters
          .scrape()
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split("[{ ]", 2)[0])
          .forEach(names::add);
      return names;
    }
  }

  private static void haveEverythingHappen(Meters meters) {
    Duration time = Duration.ofMillis(1);
    meters.batchFinished("m", 1, 2, 1, time);
    meters.batchVoid("m");
    meters.decoded("m", time);
    meters.imageFinished("m");
    meters.imageFailed("m");
    meters.generationAdmitted("m");
    meters.generationEnded("m", "completed");
    meters.generationTook("m", time, time);
    meters.predictionWasOff("m", time);
    meters.refused("queue_full");
    meters.replicaRestarted("m");
    meters.snapshotLoaded("m", time);
    meters.snapshotSwitched("m");
    meters.snapshotRefused("m");
    meters.requestAnswered("/metrics", "GET", 200, time);
    meters.showFleet(
        new FleetReading(1, 2, List.of(new FleetReading.Model("m", "digest", 1, 1, 1, 1, 1, 1))));
  }
}
