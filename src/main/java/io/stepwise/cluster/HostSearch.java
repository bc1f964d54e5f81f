package io.stepwise.cluster;

import java.time.Duration;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.receptionist.Receptionist;

/**
 * The search for the hosts of a model, which never ends.
 *
 * <p>The list of hosts is told when it changes, and hosts report by themselves, which is not
 * enough: when a node begins anew at an address that was given up, its actors count as stopped, to
 * those who watch them, until it is up. So a host may be in the list and forgotten, or have
 * forgotten the placement that it should report to.
 */
final class HostSearch {

  /** How often to search again; some times longer than hosts take from report to report. */
  static final Duration PERIOD = Duration.ofSeconds(2);

  private final ActorRef<Receptionist.Command> receptionist;
  private final String model;
  private final ActorRef<Receptionist.Listing> foundTo;

  /** Begins to search. */
  HostSearch(
      ActorRef<Receptionist.Command> receptionist,
      String model,
      ActorRef<Receptionist.Listing> foundTo) {
    this.receptionist = receptionist;
    this.model = model;
    this.foundTo = foundTo;
    receptionist.tell(Receptionist.subscribe(ModelHost.key(model), foundTo));
  }

  /** Has the list told again, and asks the hosts that are silent to attend a placement. */
  void again(Hosts hosts, ActorRef<Placement.News> placement) {
    receptionist.tell(Receptionist.find(ModelHost.key(model), foundTo));
    hosts.silent().forEach(host -> host.tell(new ModelHost.Attend(placement)));
  }
}
