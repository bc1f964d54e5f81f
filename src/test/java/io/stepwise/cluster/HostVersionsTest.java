package io.stepwise.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.network.ToyModel;
import io.stepwise.sampling.Router;
import io.stepwise.sampling.ServedModel;
import io.stepwise.sampling.ToyVersions;
import io.stepwise.sampling.VersionChoice;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.pattern.StatusReply;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The versions of a host whose router and exchange are probes. */
final class HostVersionsTest {

  private static final ActorTestKit KIT = ActorTestKit.create();

  private final TestProbe<Router.Order> router = KIT.createTestProbe();
  private final TestProbe<SnapshotExchange.Command> exchange = KIT.createTestProbe();
  private final TestProbe<ModelHost.InUse> host = KIT.createTestProbe();
  private final TestProbe<Placement.News> placement = KIT.createTestProbe();
  private final ToyVersions stored = new ToyVersions(ToyModel.named("toy"));
  private final String base = stored.digest(0);
  private final String newer = stored.add(1);
  private ActorRef<HostVersions.Command> versions;
  private ActorRef<VersionChoice> listener;

  @BeforeEach
  void startVersions() {
    ServedModel served = ServedModel.of(ToyModel.named("toy"), 1, 1).versionedIn(stored);
    versions = KIT.spawn(HostVersions.create(served, router.ref(), exchange.ref(), host.ref()));
    listener = exchange.expectMessageClass(SnapshotExchange.Attend.class).listener();
  }

  @AfterEach
  void stopVersions() {
    KIT.stop(versions);
  }

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  @Test
  void hostHasTheVersionThatItWasStartedWithIfThatIsTheCurrentOne() {
    choose(base);

    host.expectMessage(new ModelHost.InUse(Set.of(base)));
  }

  @Test
  void currentVersionIsLoadedBeforeTheHostIsToldAnything() {
    choose(newer);
    Router.LoadVersion load = next(Router.LoadVersion.class);
    assertThat(load.version().description().digest()).isEqualTo(newer);
    host.expectNoMessage(Duration.ZERO);

    load.replyTo().tell(StatusReply.ack());

    host.expectMessage(new ModelHost.InUse(Set.of(newer)));
    assertThat(next(Router.PreferVersion.class).digest()).isEqualTo(newer);
    assertThat(next(Router.DropVersion.class).digest()).isEqualTo(base);
  }

  @Test
  void versionStaysAsLongAsAPlacementWantsIt() {
    want(base);
    choose(newer);
    next(Router.LoadVersion.class).replyTo().tell(StatusReply.ack());
    host.expectMessage(new ModelHost.InUse(Set.of(base, newer)));

    versions.tell(new HostVersions.Wanted(placement.ref(), List.of()));

    assertThat(next(Router.DropVersion.class).digest()).isEqualTo(base);
    host.expectMessage(new ModelHost.InUse(Set.of(newer)));
  }

  @Test
  void versionThatCannotBeLoadedIsToldToWhoWantsIt() {
    choose(base);
    want(base, newer);
    next(Router.LoadVersion.class).replyTo().tell(StatusReply.error("out of memory"));

    placement.expectMessage(new Placement.VersionRefused(newer, "out of memory"));
    assertThat(next(Router.DropVersion.class).digest()).isEqualTo(newer);
  }

  private void choose(String current) {
    listener.tell(new VersionChoice("toy", current, null));
  }

  private void want(String... digests) {
    versions.tell(new HostVersions.Wanted(placement.ref(), List.of(digests)));
  }

  private <T> T next(Class<T> type) {
    Router.Order order = router.receiveMessage();
    return type.isInstance(order) ? type.cast(order) : next(type);
  }
}
