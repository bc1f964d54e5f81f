package io.stepwise.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class AdmissionTest {

  private static final long SECOND = 1_000_000_000L;

  private final Admission admission = new Admission(10, 10);

  @Test
  void admitsUpToTheBound() {
    assertThat(admission.admit("a", 6, 0)).isEmpty();
    assertThat(admission.admit("a", 4, 0)).isEmpty();
    assertThat(admission.unfinished()).isEqualTo(10);
  }

  @Test
  void refusedRequestTakesNoPlace() {
    admission.admit("a", 6, 0);

    assertThat(admission.admit("a", 5, 0)).isPresent();
    assertThat(admission.unfinished()).isEqualTo(6);
    assertThat(admission.admit("a", 4, 0)).isEmpty();
  }

  @Test
  void finishedImagesMakeRoom() {
    admission.admit("a", 10, 0);
    admission.finish("a", 3, 1);

    assertThat(admission.admit("a", 3, 2)).isEmpty();
    assertThat(admission.admit("a", 1, 2)).isPresent();
  }

  @Test
  void adviceIsTheTimeInWhichEnoughImagesAreFinished() {
    admission.admit("a", 10, 100 * SECOND);
    admission.finish("a", 2, 106 * SECOND); // 3 s for each image
    admission.admit("a", 2, 106 * SECOND);

    assertThat(admission.admit("a", 4, 106 * SECOND)).hasValue(full(Duration.ofSeconds(12)));
  }

  @Test
  void adviceIsAtLeastASecondAndAtMostAMinute() {
    admission.admit("a", 10, 0);
    assertThat(admission.admit("a", 1, 0)).hasValue(full(Duration.ofSeconds(1)));

    admission.finish("a", 1, 1000 * SECOND);
    assertThat(admission.admit("a", 2, 1000 * SECOND))
        .hasValue(new Admission.Full(9, false, Duration.ofSeconds(60)));
  }

  @Test
  void idleTimeDoesNotCountAsSlowness() {
    admission.admit("a", 10, 0);
    admission.finish("a", 10, 20 * SECOND);
    admission.admit("a", 10, 5000 * SECOND);
    admission.finish("a", 10, 5020 * SECOND);
    admission.admit("a", 10, 5020 * SECOND);

    assertThat(admission.admit("a", 5, 5020 * SECOND)).hasValue(full(Duration.ofSeconds(10)));
  }

  @Test
  void morePlacesThanTakenCannotBeGivenBack() {
    admission.admit("a", 2, 0);

    assertThatThrownBy(() -> admission.finish("a", 3, 1))
        .hasMessage("images: 3 (expected: 1 to the client's unfinished, 2)");
  }

  @Test
  void clientWhoHasReachedHisBoundLeavesRoomForOthers() {
    Admission bounded = new Admission(10, 4);
    bounded.admit("a", 3, 0);

    assertThat(bounded.admit("a", 2, 0))
        .hasValue(new Admission.Full(3, true, Duration.ofSeconds(1)));
    assertThat(bounded.admit("b", 4, 0)).isEmpty();
    assertThat(bounded.admit("a", 1, 0)).isEmpty();
    assertThat(bounded.admit("c", 3, 0))
        .hasValue(new Admission.Full(8, false, Duration.ofSeconds(1)));
  }

  @Test
  void withdrawnRequestGivesItsPlacesBackAndSaysNothingOfThePace() {
    admission.admit("a", 10, 0);
    admission.withdraw("a", 10);
    admission.admit("b", 10, 50 * SECOND);

    assertThat(admission.admit("a", 10, 50 * SECOND).orElseThrow().retryAfter())
        .isEqualTo(Duration.ofSeconds(1));
  }

  private static Admission.Full full(Duration retryAfter) {
    return new Admission.Full(10, false, retryAfter);
  }
}
