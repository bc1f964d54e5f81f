package io.stepwise.sampling;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** How the last generations ended; the oldest are forgotten. Not thread safe. */
final class EndedGenerations {

  private static final int MOST = 1000;

  private final Map<String, GenerationStatus> statuses = new LinkedHashMap<>();

  void add(GenerationStatus status) {
    statuses.remove(status.id());
    statuses.put(status.id(), status);
    if (statuses.size() > MOST) {
      statuses.remove(statuses.keySet().iterator().next());
    }
  }

  Optional<GenerationStatus> find(String id) {
    return Optional.ofNullable(statuses.get(id));
  }
}
