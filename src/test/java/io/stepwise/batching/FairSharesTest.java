package io.stepwise.batching;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class FairSharesTest {

  private final FairShares<String> shares = new FairShares<>();

  @Test
  void whoeverBeginsToWaitIsMovedUpToTheLeastThatAnybodyWaitingHasHad() {
    shares.enter("a", 1);
    shares.charge("a", 70);
    shares.enter("b", 1);
    shares.charge("b", 90);
    shares.settle();

    assertThat(shares.enter("c", 1).served()).isEqualTo(70);
  }

  @Test
  void absenceGivesNoCredit() {
    shares.enter("a", 1);
    shares.enter("idle", 1);
    shares.leave("idle", 1);
    shares.charge("a", 1000);
    shares.settle();

    assertThat(shares.enter("idle", 1).served()).isEqualTo(1000);
  }

  @Test
  void absenceCancelsNoDebt() {
    shares.enter("a", 1);
    shares.enter("greedy", 1);
    shares.charge("greedy", 500);
    shares.leave("greedy", 1);
    shares.charge("a", 10);
    shares.settle();

    assertThat(shares.enter("greedy", 1).served()).isEqualTo(500);
  }

  @Test
  void allAreEvenOnceNobodyWaits() {
    shares.enter("a", 1);
    shares.charge("a", 5);
    shares.enter("b", 1);
    shares.charge("b", 500);
    shares.leave("a", 1);
    shares.leave("b", 1);
    shares.settle();

    assertThat(shares.enter("a", 1).served()).isEqualTo(500);
    assertThat(shares.enter("b", 1).served()).isEqualTo(500);
  }

  @Test
  void absentOnesAreForgottenWhenTheClockHasReachedThem() {
    shares.enter("a", 1);
    for (int i = 0; i < 1000; i++) {
      shares.enter("client " + i, 1);
      shares.charge("client " + i, 10);
      shares.leave("client " + i, 1);
    }
    shares.charge("a", 9);
    shares.settle();
    assertThat(shares.size()).isEqualTo(1001);

    shares.charge("a", 1);
    shares.settle();
    assertThat(shares.size()).isEqualTo(1);
  }
}
