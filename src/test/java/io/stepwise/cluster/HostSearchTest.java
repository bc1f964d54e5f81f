package io.stepwise.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.internal.receptionist.ReceptionistMessages;
import org.apache.pekko.actor.typed.receptionist.Receptionist;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

final class HostSearchTest {

  private static final ActorTestKit KIT = ActorTestKit.create();

  private final TestProbe<Receptionist.Command> receptionist = KIT.createTestProbe();
  private final TestProbe<Receptionist.Listing> listings = KIT.createTestProbe();
  private final TestProbe<Placement.News> placement = KIT.createTestProbe();
  private final HostSearch search = new HostSearch(receptionist.ref(), "toy", listings.ref());

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  @Test
  void listIsAskedForAgainAsItDoesNotTellOfHostsThatOnlySeemedToStop() {
    receptionist.expectMessageClass(ReceptionistMessages.Subscribe.class);

    search.again(new Hosts(new SplittableRandom(), ref -> "node"), placement.ref());

    Object replyTo = receptionist.expectMessageClass(ReceptionistMessages.Find.class).replyTo();
    assertThat(replyTo).isEqualTo(listings.ref());
  }

  @Test
  void hostsThatHaveSaidNothingSinceTheLastTimeAreAskedAgain() {
    TestProbe<ModelHost.Order> silent = KIT.createTestProbe();
    TestProbe<ModelHost.Order> once = KIT.createTestProbe();
    Hosts hosts = new Hosts(new SplittableRandom(), ref -> "node");
    hosts.reach(Set.of(silent.ref(), once.ref()));
    hosts.report(
        new Placement.Load(
            once.ref(), false, ClusterToys.model("toy"), ClusterToys.load(0), List.of()));

    search.again(hosts, placement.ref());
    silent.expectMessage(new ModelHost.Attend(placement.ref()));
    once.expectNoMessage();

    search.again(hosts, placement.ref());
    once.expectMessage(new ModelHost.Attend(placement.ref()));
  }
}
