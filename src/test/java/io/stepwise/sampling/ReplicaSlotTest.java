package io.stepwise.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stepwise.sampling.ModelReadiness.State;
import java.util.Set;
import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.Test;

final class ReplicaSlotTest {

  private final ReplicaSlot slot = new ReplicaSlot(3, 1);
  private final ActorRef<Replica.Command> first = newReplica();
  private final ActorRef<Replica.Command> second = newReplica();

  @Test
  void beginsWithLoading() {
    assertThat(slot.readiness())
        .isEqualTo(new ModelReadiness.Replica(3, State.STARTING, "its weights are being loaded"));
    assertThatThrownBy(slot::readyReplica).hasMessage("replica 3: STARTING (expected: READY)");
  }

  @Test
  void knowsWhoFillsIt() {
    slot.fill(first);
    slot.started(7, Set.of("weights"));
    slot.ready();

    assertThat(slot.isFilledBy(first)).isTrue();
    assertThat(slot.isFilledBy(second)).isFalse();
    assertThat(slot.readyReplica()).isEqualTo(first);
    assertThat(slot.incarnation()).isEqualTo(7);
  }

  @Test
  void isGivenUpWhenMoreReplicasHangThanAllowed() {
    slot.fill(first);
    assertThat(slot.abandon("it hangs")).isTrue();
    slot.fill(second);
    assertThat(slot.abandon("it hangs")).isFalse();

    assertThat(slot.readiness().state()).isEqualTo(State.GIVEN_UP);
    assertThat(slot.readiness().detail())
        .isEqualTo("it hangs; 2 replicas hang (expected: at most 1)");
  }

  @Test
  void isFilledAgainWhenOneOfThoseThatHangReturns() {
    slot.fill(first);
    slot.abandon("it hangs");
    slot.fill(second);
    slot.abandon("it hangs");

    assertThat(slot.returned(newReplica())).isFalse();
    assertThat(slot.returned(first)).isTrue();
    assertThat(slot.readiness().state()).isEqualTo(State.RESTARTING);
  }

  @Test
  void returnOfOneThatWasReplacedChangesNothing() {
    slot.fill(first);
    slot.abandon("it hangs");
    slot.fill(second);
    slot.started(1, Set.of("weights"));
    slot.ready();

    assertThat(slot.returned(first)).isFalse();
    assertThat(slot.isReady()).isTrue();
  }

  private static ActorRef<Replica.Command> newReplica() {
    return TestInbox.<Replica.Command>create().getRef();
  }
}
