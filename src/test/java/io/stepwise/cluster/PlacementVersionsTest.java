package io.stepwise.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.network.ToyModel;
import io.stepwise.sampling.Fleet;
import io.stepwise.sampling.ModelReadiness;
import io.stepwise.sampling.Router;
import io.stepwise.sampling.VersionChoice;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.pattern.StatusReply;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class PlacementVersionsTest {

  private static final ToyModel NEW = ToyModel.named("toy").version(1);
  private static final String VERSION = NEW.description().digest();

  private final ActorRef<ModelHost.Order> first =
      TestInbox.<ModelHost.Order>create("first").getRef();
  private final ActorRef<ModelHost.Order> second =
      TestInbox.<ModelHost.Order>create("second").getRef();
  private final TestInbox<StatusReply<Done>> reply = TestInbox.create();
  private final Hosts hosts = new Hosts(new SplittableRandom(1), host -> "node");
  private final PlacementVersions versions = new PlacementVersions(ClusterToys.WEIGHTS, true);

  @BeforeEach
  void findHosts() {
    hosts.reach(Set.of(first, second));
  }

  @Test
  void versionIsInUseWhenEveryHostThatWorksHasIt() {
    versions.load(new Router.LoadVersion(NEW, reply.getRef()));
    assertThat(versions.wanted()).containsExactly(ClusterToys.WEIGHTS, VERSION);
    report(first, false, ClusterToys.WEIGHTS, VERSION);
    report(second, false, ClusterToys.WEIGHTS);
    versions.settle(hosts);
    assertThat(reply.hasMessages()).isFalse();

    report(second, true, ClusterToys.WEIGHTS);
    versions.settle(hosts);

    assertThat(reply.receiveMessage()).isEqualTo(StatusReply.ack());
  }

  @Test
  void versionThatNobodyCouldHaveIsNotInUse() {
    versions.load(new Router.LoadVersion(NEW, reply.getRef()));
    versions.settle(hosts);

    assertThat(reply.hasMessages()).isFalse();
  }

  @Test
  void versionThatOneHostCannotLoadIsRefused() {
    versions.load(new Router.LoadVersion(NEW, reply.getRef()));
    versions.refuse(new Placement.VersionRefused("another", "no room"));
    assertThat(reply.hasMessages()).isFalse();

    versions.refuse(new Placement.VersionRefused(VERSION, "no room"));

    assertThat(reply.receiveMessage().isError()).isTrue();
    versions.drop(VERSION);
    assertThat(versions.wanted()).containsExactly(ClusterToys.WEIGHTS);
  }

  @Test
  void versionThatNewImagesBeginOnIsNotDropped() {
    versions.drop(ClusterToys.WEIGHTS);

    assertThat(versions.wanted()).containsExactly(ClusterToys.WEIGHTS);
  }

  @Test
  void newImagesWaitUntilTheCurrentVersionIsKnownAndInUse() {
    assertThat(versions.obstacle()).contains("not known yet");
    versions.choose(new VersionChoice("toy", VERSION, null));
    assertThat(versions.obstacle()).contains(VERSION);

    versions.prefer(VERSION);

    assertThat(versions.obstacle()).isNull();
    versions.choose(new VersionChoice("toy", "later", null));
    assertThat(versions.obstacle()).isNull();
  }

  @Test
  void hostsWithOtherVersionsAreToldWhatIsWanted() {
    assertThat(versions.differFrom(List.of(ClusterToys.WEIGHTS))).isFalse();
    assertThat(versions.differFrom(List.of(ClusterToys.WEIGHTS, VERSION))).isTrue();
    assertThat(versions.differFrom(List.of())).isTrue();
    assertThat(new PlacementVersions("alone", false).differFrom(List.of())).isFalse();
  }

  private void report(ActorRef<ModelHost.Order> host, boolean leaving, String... has) {
    Fleet.Model model =
        new Fleet.Model(
            "toy",
            has[0],
            List.of(has),
            0,
            0,
            1,
            List.of(new Fleet.Replica(0, ModelReadiness.State.READY, "", 0)));
    hosts.report(new Placement.Load(host, leaving, model, ClusterToys.load(0), List.of()));
  }
}
