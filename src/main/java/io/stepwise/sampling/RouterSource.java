package io.stepwise.sampling;

import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;

/** Makes who takes on the images of a model: a router with replicas of its own, or a stand-in. */
@FunctionalInterface
public interface RouterSource {

  /**
   * Returns who takes on the images of a model.
   *
   * @param ticker the clock of all times in the states that it is given
   * @param readinessTo to be told every change of readiness
   */
  Behavior<Router.Order> create(
      ServedModel model, Ticker ticker, ActorRef<ModelReadiness> readinessTo);

  /** Returns the source of routers whose replicas are in this process. */
  static RouterSource local(SamplingOptions options, SamplingListener listener) {
    return (model, ticker, readinessTo) ->
        Router.create(model, options, listener, ticker, readinessTo);
  }
}
