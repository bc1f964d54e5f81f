package io.stepwise.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.sampling.Fleet;
import io.stepwise.sampling.RouterLoad;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.Test;

final class HostsTest {

  private final ActorRef<ModelHost.Order> first = newHost();
  private final ActorRef<ModelHost.Order> second = newHost();
  private final ActorRef<ModelHost.Order> third = newHost();
  private final Hosts hosts = new Hosts(new SplittableRandom(1), this::nodeOf);

  @Test
  void hostIsNewOnce() {
    assertThat(hosts.reach(Set.of(first))).containsExactly(first);
    assertThat(hosts.reach(Set.of(first))).isEmpty();
  }

  @Test
  void nothingIsGivenToAHostThatHasNotReported() {
    hosts.reach(Set.of(first));

    assertThat(choose(1)).isNull();
  }

  @Test
  void ofTwoTheOneThatIsDoneFirstIsChosen() {
    hosts.reach(Set.of(first, second));
    report(first, 100, 10);
    report(second, 10, 10);

    for (int i = 0; i < 9; i++) {
      assertThat(choose(10)).isEqualTo(second);
    }
    Set<ActorRef<ModelHost.Order>> then = new HashSet<>();
    for (int i = 0; i < 9; i++) {
      then.add(choose(10));
    }
    assertThat(then).containsExactlyInAnyOrder(first, second);
  }

  @Test
  void fasterHostIsGivenMore() {
    hosts.reach(Set.of(first, second));
    report(first, 0, 10);
    report(second, 0, 30);

    int fast = 0;
    for (int i = 0; i < 400; i++) {
      fast += first.equals(choose(1)) ? 1 : 0;
    }

    assertThat(fast).isBetween(295, 305);
  }

  @Test
  void mostLoadedOfManyIsNeverChosen() {
    hosts.reach(Set.of(first, second, third));
    report(first, 1_000_000, 10);
    report(second, 0, 10);
    report(third, 0, 10);

    Set<ActorRef<ModelHost.Order>> chosen = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      chosen.add(choose(1));
    }

    assertThat(chosen).containsExactlyInAnyOrder(second, third);
  }

  @Test
  void onlyHostsWithTheWeightsAndAReadyReplicaThatStayAndCanBeReachedAreChosen() {
    hosts.reach(Set.of(first));
    report(first, 0, 10);
    assertThat(hosts.choose("other weights", 1, List.of())).isEmpty();
    assertThat(hosts.choose(ClusterToys.WEIGHTS, 1, List.of(first))).isEmpty();

    hosts.reach(Set.of());
    assertThat(choose(1)).isNull();
    hosts.reach(Set.of(first));
    assertThat(choose(1)).isEqualTo(first);

    hosts.doubt(first);
    assertThat(choose(1)).isNull();

    hosts.report(load(first, new RouterLoad(0, 0, 10), false));
    assertThat(choose(1)).isNull();
    hosts.report(load(first, new RouterLoad(1, 0, 10), true));
    assertThat(choose(1)).isNull();

    report(first, 0, 10);
    assertThat(choose(1)).isEqualTo(first);
    hosts.remove(first);
    assertThat(choose(1)).isNull();
  }

  @Test
  void modelIsTheSumOfItsHosts() {
    hosts.reach(Set.of(first, second));
    report(first, 6, 10);
    report(second, 4, 40);

    Fleet.Model model = hosts.model("toy", ClusterToys.WEIGHTS, 5);

    assertThat(model.waitingImages()).isEqualTo(3 + 3 + 5);
    assertThat(model.inFlightImages()).isEqualTo(4);
    assertThat(model.replicas())
        .extracting(replica -> replica.node() + "/" + replica.slot())
        .containsExactlyInAnyOrder("first/0", "second/0");
    assertThat(hosts.load()).isEqualTo(new RouterLoad(2, 10, 8));
    assertThat(hosts.readiness("toy").ready()).isTrue();
  }

  @Test
  void replicasOfAHostThatLeavesDoNotCount() {
    hosts.reach(Set.of(first));
    hosts.report(load(first, new RouterLoad(1, 0, 10), true));

    assertThat(hosts.readiness("toy").ready()).isFalse();
  }

  private ActorRef<ModelHost.Order> choose(long rowSteps) {
    return hosts.choose(ClusterToys.WEIGHTS, rowSteps, List.of()).orElse(null);
  }

  private String nodeOf(ActorRef<?> host) {
    return host.equals(first) ? "first" : "second";
  }

  private void report(ActorRef<ModelHost.Order> host, long rowSteps, long rowNanos) {
    hosts.report(load(host, new RouterLoad(1, rowSteps, rowNanos), false));
  }

  private static Placement.Load load(
      ActorRef<ModelHost.Order> host, RouterLoad load, boolean leaving) {
    return new Placement.Load(host, leaving, ClusterToys.model("toy"), load, List.of());
  }

  private static ActorRef<ModelHost.Order> newHost() {
    return TestInbox.<ModelHost.Order>create().getRef();
  }
}
