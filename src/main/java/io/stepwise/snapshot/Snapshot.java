package io.stepwise.snapshot;

import java.time.Instant;
import java.util.Collections;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;

/**
 * A version of a model's weights: what is told about it, without the weights.
 *
 * @param model the name that requests use
 * @param digest the version's name: the digest of the model's description, SHA-256 in hex
 * @param step updates of the training that made it; 0 for the base
 * @param published when it was written
 * @param metrics what was measured of it by name, such as {@code loss} and {@code validation_loss}
 */
public record Snapshot(
    String model, String digest, int step, Instant published, Map<String, Double> metrics) {

  /** The order of a history. */
  public static final Comparator<Snapshot> NEWEST_FIRST =
      Comparator.comparing(Snapshot::published)
          .thenComparing(Snapshot::step)
          .thenComparing(Snapshot::digest)
          .reversed();

  /** Copies the metrics, which are then in the order of their names. */
  public Snapshot {
    metrics = Collections.unmodifiableMap(new TreeMap<>(metrics));
  }
}
