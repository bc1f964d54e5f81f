package io.stepwise.batching;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class FairSharesTest {

  private final FairShares<String> shares = new FairShares<>();

  @Test
  void whoeverBeginsToWaitIsMovedUpToTheLeastThatAnybodyWaitingHasHad() {
    shares.enter("a");
    shares.charge("a", 70);
    shares.enter("b");
    shares.charge("b", 90);
    shares.settle();

    assertThat(shares.enter("c").served()).isEqualTo(70);
  }

  @Test
  void absenceGivesNoCredit() {
    shares.enter("a");
    shares.enter("idle");
    shares.leave("idle");
    shares.charge("a", 1000);
    shares.settle();

    assertThat(shares.enter("idle").served()).isEqualTo(1000);
  }

  @Test
  void absenceCancelsNoDebt() {
    shares.enter("a");
    shares.enter("greedy");
    shares.charge("greedy", 500);
    shares.leave("greedy");
    shares.charge("a", 10);
    shares.settle();

    assertThat(shares.enter("greedy").served()).isEqualTo(500);
  }

  @Test
  void allAreEvenOnceNobodyWaits() {
    shares.enter("a");
    shares.charge("a", 5);
    shares.enter("b");
    shares.charge("b", 500);
    shares.leave("a");
    shares.leave("b");
    shares.settle();

    assertThat(shares.enter("a").served()).isEqualTo(500);
    assertThat(shares.enter("b").served()).isEqualTo(500);
  }

  @Test
  void absentOnesAreForgottenWhenTheClockHasReachedThem() {
    shares.enter("a");
    for (int i = 0; i < 1000; i++) {
      shares.enter("client " + i);
      shares.charge("client " + i, 10);
      shares.leave("client " + i);
    }
    shares.charge("a", 9);
    shares.settle();
    assertThat(shares.size()).isEqualTo(1001);

    shares.charge("a", 1);
    shares.settle();
    assertThat(shares.size()).isEqualTo(1);
  }
}
