package io.stepwise.sampling;

import io.stepwise.snapshot.Snapshot;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.pekko.pattern.StatusReply;

/** The models that a service serves, the default one first. Not thread safe. */
final class Models {

  private final Map<String, ModelEntry> entries = new LinkedHashMap<>();

  void add(String name, ModelEntry entry) {
    entries.put(name, entry);
  }

  Collection<ModelEntry> all() {
    return entries.values();
  }

  /** Returns a model that is known to be served. */
  ModelEntry get(String name) {
    return Objects.requireNonNull(entries.get(name), name);
  }

  /** A generation, of whichever model, needs its weights no longer. */
  void ended(String generation) {
    entries.values().forEach(entry -> entry.ended(generation));
  }

  /** Has a version taken into use, if its model is served. */
  void published(Snapshot snapshot) {
    ModelEntry entry = entries.get(snapshot.model());
    if (entry != null) {
      entry.rollout().tell(new Rollout.Published(snapshot));
    }
  }

  void activate(SamplingService.ActivateVersion order) {
    ModelEntry entry = entries.get(order.model());
    if (entry == null) {
      order.replyTo().tell(new Activation.Unknown(unknown(order.model())));
    } else {
      entry.rollout().tell(new Rollout.Activate(order.version(), order.share(), order.replyTo()));
    }
  }

  void tellVersions(SamplingService.GetVersions get) {
    ModelEntry entry = entries.get(get.model());
    if (entry == null) {
      get.replyTo().tell(StatusReply.error(unknown(get.model())));
    } else {
      entry.tellVersions(get.replyTo());
    }
  }

  private String unknown(String model) {
    String served = String.join(", ", entries.keySet());
    return "model: " + RequestResolver.quoted(model) + " (expected: one of " + served + ")";
  }
}
