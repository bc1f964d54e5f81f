package io.stepwise.cluster;

import io.stepwise.sampling.Fleet;
import io.stepwise.sampling.ModelReadiness;
import io.stepwise.sampling.RouterLoad;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/**
 * The hosts of one model, what each last said of its load, and which of them is given images.
 *
 * <p>Of two that are drawn at random it is the one that is likely to be done first. Always the
 * least loaded of all would be worse where reports are old: all placements would run to the same
 * one.
 *
 * <p>Not thread safe.
 */
final class Hosts {

  private static final class Host {

    private final ActorRef<ModelHost.Order> ref;
    private final String node;
    private boolean isReachable = true;
    private boolean hasReported;
    private Placement.@Nullable Load load;
    private long placedSince;

    Host(ActorRef<ModelHost.Order> ref, String node) {
      this.ref = ref;
      this.node = node;
    }

    boolean works() {
      return isReachable && load != null && !load.leaving() && load.load().readyReplicas() > 0;
    }

    boolean has(String weights) {
      return load != null && load.model().snapshots().contains(weights);
    }

    boolean canMake(String weights) {
      return works() && has(weights);
    }

    /** Returns the time until so much more would be done. */
    double nanosWith(long rowSteps) {
      return load == null
          ? Double.POSITIVE_INFINITY
          : (double) (load.load().rowSteps() + placedSince + rowSteps) * load.load().rowNanos();
    }
  }

  private final Map<ActorRef<ModelHost.Order>, Host> hosts = new LinkedHashMap<>();
  private final RandomGenerator random;
  private final Function<ActorRef<?>, String> nodeOf;

  /**
   * Makes a list of hosts that is empty.
   *
   * @param random draws those that are compared
   * @param nodeOf what the node is called that an actor is on
   */
  Hosts(RandomGenerator random, Function<ActorRef<?>, String> nodeOf) {
    this.random = random;
    this.nodeOf = nodeOf;
  }

  /** Returns all hosts that are known. */
  Set<ActorRef<ModelHost.Order>> all() {
    return hosts.keySet();
  }

  /**
   * Notes which hosts can be reached.
   *
   * @return those that are new
   */
  List<ActorRef<ModelHost.Order>> reach(Set<ActorRef<ModelHost.Order>> reachable) {
    hosts.values().forEach(host -> host.isReachable = reachable.contains(host.ref));
    List<ActorRef<ModelHost.Order>> added = new ArrayList<>();
    for (ActorRef<ModelHost.Order> ref : reachable) {
      if (!hosts.containsKey(ref)) {
        hosts.put(ref, new Host(ref, nodeOf.apply(ref)));
        added.add(ref);
      }
    }
    return added;
  }

  /** Notes what a host says of itself, if it is known. */
  void report(Placement.Load load) {
    Host host = hosts.get(load.host());
    if (host != null) {
      host.load = load;
      host.hasReported = true;
      host.placedSince = 0;
    }
  }

  /** Gives a host nothing before it has reported again. */
  void doubt(ActorRef<ModelHost.Order> ref) {
    Host host = hosts.get(ref);
    if (host != null) {
      host.load = null;
    }
  }

  /** Returns the hosts that have reported nothing since this was asked the last time. */
  List<ActorRef<ModelHost.Order>> silent() {
    List<ActorRef<ModelHost.Order>> silent = new ArrayList<>();
    for (Host host : hosts.values()) {
      if (!host.hasReported) {
        silent.add(host.ref);
      }
      host.hasReported = false;
    }
    return silent;
  }

  /** Forgets a host that is no more. */
  void remove(ActorRef<ModelHost.Order> ref) {
    hosts.remove(ref);
  }

  /**
   * Returns who is to make images, and counts them as its own until its next report.
   *
   * @param weights digest of the weights that it must have loaded
   * @param rowSteps the steps that the images need, times their network rows
   * @param except who is not to make them
   */
  Optional<ActorRef<ModelHost.Order>> choose(
      String weights, long rowSteps, Collection<ActorRef<ModelHost.Order>> except) {
    List<Host> able = new ArrayList<>();
    for (Host host : hosts.values()) {
      if (host.canMake(weights) && !except.contains(host.ref)) {
        able.add(host);
      }
    }
    if (able.isEmpty()) {
      return Optional.empty();
    }
    Host first = able.remove(random.nextInt(able.size()));
    Host second = able.isEmpty() ? first : able.get(random.nextInt(able.size()));
    Host chosen = second.nanosWith(rowSteps) < first.nanosWith(rowSteps) ? second : first;
    chosen.placedSince += rowSteps;
    return Optional.of(chosen.ref);
  }

  /** Returns whether there are hosts that work, and all of them have these weights. */
  boolean allHave(String weights) {
    List<Host> working = hosts.values().stream().filter(Host::works).toList();
    return !working.isEmpty() && working.stream().allMatch(host -> host.has(weights));
  }

  /** Returns the replicas of all hosts that stay, each with its node. */
  ModelReadiness readiness(String model) {
    return new ModelReadiness(model, replicas().stream().map(Fleet.Replica::readiness).toList());
  }

  /**
   * Returns the model as it fares on all hosts together.
   *
   * @param snapshot digest of the weights that new images begin on
   * @param held images that wait for a host
   */
  Fleet.Model model(String name, String snapshot, int held) {
    Set<String> snapshots = new TreeSet<>(Set.of(snapshot));
    int waiting = held;
    int inFlight = 0;
    int batchRows = 1;
    for (Fleet.Model each : models()) {
      snapshots.addAll(each.snapshots());
      waiting += each.waitingImages();
      inFlight += each.inFlightImages();
      batchRows = Math.max(batchRows, each.batchRows());
    }
    return new Fleet.Model(
        name, snapshot, List.copyOf(snapshots), waiting, inFlight, batchRows, replicas());
  }

  /** Returns the load of all hosts together. */
  RouterLoad load() {
    int ready = 0;
    long rowSteps = 0;
    double rate = 0;
    for (Host host : hosts.values()) {
      if (host.load != null && host.load.load().readyReplicas() > 0) {
        RouterLoad load = host.load.load();
        ready += load.readyReplicas();
        rowSteps += load.rowSteps();
        rate += 1.0 / Math.max(1, load.rowNanos());
      }
    }
    return new RouterLoad(ready, rowSteps, rate == 0 ? 1 : Math.max(1, Math.round(1 / rate)));
  }

  private List<Fleet.Replica> replicas() {
    List<Fleet.Replica> replicas = new ArrayList<>();
    for (Host host : hosts.values()) {
      if (host.load != null && !host.load.leaving()) {
        host.load.model().replicas().forEach(each -> replicas.add(each.on(host.node)));
      }
    }
    return replicas;
  }

  private List<Fleet.Model> models() {
    List<Fleet.Model> models = new ArrayList<>();
    for (Host host : hosts.values()) {
      if (host.load != null) {
        models.add(host.load.model());
      }
    }
    return models;
  }
}
