package io.stepwise.cluster;

import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.AddressFromURIString;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;

/** What nodes are called: the host and port at which others reach them. */
final class NodeNames {

  private final ActorRefResolver refs;

  NodeNames(ActorRefResolver refs) {
    this.refs = refs;
  }

  /** Returns the node that an actor is on, as host:port; empty in a system that is no node. */
  String of(ActorRef<?> actor) {
    Address address = AddressFromURIString.parse(refs.toSerializationFormat(actor));
    return address.hasGlobalScope() ? address.host().get() + ":" + address.port().get() : "";
  }
}
