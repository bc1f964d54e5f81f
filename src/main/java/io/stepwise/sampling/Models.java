package io.stepwise.sampling;

import io.stepwise.snapshot.Snapshot;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.pattern.StatusReply;

/** The models that a service serves, the default one first. Not thread safe. */
final class Models {

  private final Map<String, ModelEntry> entries = new LinkedHashMap<>();

  private Models() {}

  /**
   * Starts the actors of models.
   *
   * @param served the models, the default one first
   * @param routers makes who takes on the images of each
   */
  static Models start(
      ActorContext<SamplingService.Command> context,
      List<ServedModel> served,
      Function<ServedModel, Behavior<Router.Order>> routers,
      SamplingOptions.Requests limits,
      SamplingListener listener) {
    Models models = new Models();
    for (ServedModel model : served) {
      int number = models.entries.size();
      ActorRef<Router.Order> router = context.spawn(routers.apply(model), "router-" + number);
      ActorRef<Rollout.Command> rollout =
          context.spawn(
              Rollout.create(
                  model.model().description(), model.versions(), context.getSelf(), listener),
              "rollout-" + number);
      models.entries.put(model.name(), new ModelEntry(model, router, rollout, limits, listener));
    }
    return models;
  }

  /** Returns who takes on the images of each model, by its name. */
  Map<String, ActorRef<Router.Order>> routers() {
    Map<String, ActorRef<Router.Order>> routers = new LinkedHashMap<>();
    entries.forEach((name, entry) -> routers.put(name, entry.router()));
    return routers;
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

  /** Has versions taken into use that were chosen elsewhere, if their model is served. */
  void follow(VersionChoice choice) {
    ModelEntry entry = entries.get(choice.model());
    if (entry != null) {
      entry.rollout().tell(new Rollout.Follow(choice));
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
