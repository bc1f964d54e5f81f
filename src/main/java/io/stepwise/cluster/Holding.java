package io.stepwise.cluster;

import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * What a node tells all others of its versions of one model.
 *
 * @param sender gives their bytes
 * @param versions the newest first
 */
record Holding(ActorRef<SnapshotSender.Order> sender, List<VersionDescriptor> versions)
    implements Message {

  Holding {
    versions = List.copyOf(versions);
  }
}
