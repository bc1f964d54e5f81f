package io.stepwise.sampling;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * The generations that have not ended, by all names they go by: their own ids, those of the
 * requests that joined them, and their idempotency keys. Not thread safe.
 */
final class RunningGenerations {

  /** Most requests that may join a generation while it runs. */
  static final int MOST_JOINS = 100;

  /** A generation that has not ended. */
  static final class Running {

    private final GenerationRequest request;
    private final ActorRef<Generation.Command> actor;
    private final List<String> names = new ArrayList<>();
    private int joins;

    private Running(GenerationRequest request, ActorRef<Generation.Command> actor) {
      this.request = request;
      this.actor = actor;
    }

    /** Returns what was asked for. */
    GenerationRequest request() {
      return request;
    }

    ActorRef<Generation.Command> actor() {
      return actor;
    }
  }

  private final Map<String, Running> byName = new HashMap<>();
  private final Map<IdempotencyKey, Running> byKey = new HashMap<>();

  /** Adds a generation under an id that is not taken and a key that no other has. */
  void add(GenerationRequest request, ActorRef<Generation.Command> actor) {
    Running running = new Running(request, actor);
    name(running, request.id());
    IdempotencyKey.of(request).ifPresent(key -> byKey.put(key, running));
  }

  /** Returns whether a generation goes by this name. */
  boolean isTaken(String id) {
    return byName.containsKey(id);
  }

  /** Returns the generation of a name, whoever's it is. */
  Optional<Running> find(String id) {
    return Optional.ofNullable(byName.get(id));
  }

  /** Returns the generation of a name if it is the client's owner's. */
  Optional<Running> find(Client client, String id) {
    return find(id).filter(found -> found.request().client().owner().equals(client.owner()));
  }

  /** Returns the generation of a key. */
  Optional<Running> find(IdempotencyKey key) {
    return Optional.ofNullable(byKey.get(key));
  }

  /**
   * Has a generation go by the id of one more request too, unless that is taken.
   *
   * @return whether it may be joined once more
   */
  boolean join(Running running, String id) {
    if (running.joins == MOST_JOINS) {
      return false;
    }
    running.joins++;
    if (!isTaken(id)) {
      name(running, id);
    }
    return true;
  }

  /** Removes a generation, and returns what was asked for if it had not been removed before. */
  Optional<GenerationRequest> remove(String id, ActorRef<Generation.Command> actor) {
    Running running = byName.get(id);
    if (running == null || !running.actor().equals(actor)) {
      return Optional.empty();
    }
    running.names.forEach(byName::remove);
    IdempotencyKey.of(running.request()).ifPresent(byKey::remove);
    return Optional.of(running.request());
  }

  private void name(Running running, String id) {
    running.names.add(id);
    byName.put(id, running);
  }
}
