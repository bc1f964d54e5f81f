package io.stepwise.sampling;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** How the last generations of all owners stood when they ended. Not thread safe. */
final class EndedGenerations {

  private static final int MOST = 1000;

  private record Name(String owner, String id) {}

  private final Map<Name, GenerationStatus> statuses = new LinkedHashMap<>();

  void add(String owner, GenerationStatus status) {
    Name name = new Name(owner, status.id());
    statuses.remove(name);
    statuses.put(name, status);
    if (statuses.size() > MOST) {
      statuses.remove(statuses.keySet().iterator().next());
    }
  }

  /** Returns how a generation of the client's owner ended. */
  Optional<GenerationStatus> find(Client client, String id) {
    return Optional.ofNullable(statuses.get(new Name(client.owner(), id)));
  }
}
