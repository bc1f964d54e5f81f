package io.stepwise.cluster;

import io.stepwise.network.DenoisingModel;
import io.stepwise.sampling.Router;
import io.stepwise.sampling.VersionChoice;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.pattern.StatusReply;
import org.jspecify.annotations.Nullable;

/**
 * The versions that a placement needs its hosts to have, and the one that they are about to load.
 *
 * <p>A version is in use when every host that works has it. If one of them cannot load it, it is
 * refused for all. Not thread safe.
 */
final class PlacementVersions {

  /** A version that is not in use before every host has it. */
  private record Candidate(String version, ActorRef<StatusReply<Done>> replyTo) {}

  private final boolean isShared;
  private final Set<String> wanted = new LinkedHashSet<>();
  private String preferred;
  private boolean isCurrent;
  private @Nullable String awaited;
  private @Nullable Candidate candidate;

  /**
   * Begins with one version.
   *
   * @param isShared whether the nodes share versions, and may have another current one
   */
  PlacementVersions(String version, boolean isShared) {
    this.isShared = isShared;
    preferred = version;
    isCurrent = !isShared;
    wanted.add(version);
  }

  /** Returns whether hosts with these versions have too many or too few. */
  boolean differFrom(Collection<String> versions) {
    return isShared && !Set.copyOf(versions).equals(wanted);
  }

  /** Returns the digest of the version that new images begin on. */
  String preferred() {
    return preferred;
  }

  /** Returns the digests of the versions that hosts are to have. */
  List<String> wanted() {
    return List.copyOf(wanted);
  }

  /** Returns why no new images can begin yet; null if they can. */
  @Nullable String obstacle() {
    if (isCurrent) {
      return null;
    }
    return awaited == null
        ? "it is not known yet which version is the current one"
        : "the current version, " + awaited + ", is not in use yet";
  }

  /** The nodes have chosen what is current. */
  void choose(VersionChoice choice) {
    awaited = choice.current();
    isCurrent = isCurrent || preferred.equals(awaited);
  }

  /** Does what is ordered of versions. Returns whether anything was. */
  boolean follow(Router.Order order) {
    if (order instanceof Router.LoadVersion load) {
      load(load);
    } else if (order instanceof Router.PreferVersion prefer) {
      prefer(prefer.digest());
    } else if (order instanceof Router.DropVersion drop) {
      drop(drop.digest());
    } else {
      return false;
    }
    return true;
  }

  /** Has hosts load a version; one at a time. */
  void load(Router.LoadVersion order) {
    DenoisingModel version = order.version();
    String digest = version.description().digest();
    if (candidate != null) {
      order.replyTo().tell(StatusReply.error(candidate.version() + " is being loaded"));
    } else if (wanted.add(digest)) {
      candidate = new Candidate(digest, order.replyTo());
    } else {
      order.replyTo().tell(StatusReply.ack());
    }
  }

  /** New images begin on a version from now on. */
  void prefer(String version) {
    preferred = version;
    isCurrent = isCurrent || version.equals(awaited);
  }

  /** No image comes any more for a version; one that new images begin on stays. */
  void drop(String version) {
    if (!version.equals(preferred)) {
      refuse(version, "it was given up");
      wanted.remove(version);
    }
  }

  /** A host cannot have a version. */
  void refuse(Placement.VersionRefused refused) {
    refuse(refused.version(), refused.reason());
  }

  private void refuse(String version, String reason) {
    Candidate refused = candidate;
    if (refused != null && refused.version().equals(version)) {
      candidate = null;
      refused.replyTo().tell(StatusReply.error(reason));
    }
  }

  /** Takes the candidate into use if every host has it. */
  void settle(Hosts hosts) {
    Candidate loaded = candidate;
    if (loaded != null && hosts.allHave(loaded.version())) {
      candidate = null;
      loaded.replyTo().tell(StatusReply.ack());
    }
  }
}
