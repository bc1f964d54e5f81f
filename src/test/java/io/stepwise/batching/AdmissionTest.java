package io.stepwise.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class AdmissionTest {

  private static final long SECOND = 1_000_000_000L;

  private final Admission admission = new Admission(10);

  @Test
  void admitsUpToTheBound() {
    assertThat(admission.admit(6, 0)).isEmpty();
    assertThat(admission.admit(4, 0)).isEmpty();
    assertThat(admission.unfinished()).isEqualTo(10);
  }

  @Test
  void refusedRequestTakesNoPlace() {
    admission.admit(6, 0);

    assertThat(admission.admit(5, 0)).isPresent();
    assertThat(admission.unfinished()).isEqualTo(6);
    assertThat(admission.admit(4, 0)).isEmpty();
  }

  @Test
  void finishedImagesMakeRoom() {
    admission.admit(10, 0);
    admission.finish(3, 1);

    assertThat(admission.admit(3, 2)).isEmpty();
    assertThat(admission.admit(1, 2)).isPresent();
  }

  @Test
  void adviceIsTheTimeInWhichEnoughImagesAreFinished() {
    admission.admit(10, 100 * SECOND);
    admission.finish(2, 106 * SECOND); // 3 s for each image
    admission.admit(2, 106 * SECOND);

    assertThat(admission.admit(4, 106 * SECOND)).contains(Duration.ofSeconds(12));
  }

  @Test
  void adviceIsAtLeastASecondAndAtMostAMinute() {
    admission.admit(10, 0);
    assertThat(admission.admit(1, 0)).contains(Duration.ofSeconds(1));

    admission.finish(1, 1000 * SECOND);
    assertThat(admission.admit(2, 1000 * SECOND)).contains(Duration.ofSeconds(60));
  }

  @Test
  void idleTimeDoesNotCountAsSlowness() {
    admission.admit(10, 0);
    admission.finish(10, 20 * SECOND);
    admission.admit(10, 5000 * SECOND);
    admission.finish(10, 5020 * SECOND);
    admission.admit(10, 5020 * SECOND);

    assertThat(admission.admit(5, 5020 * SECOND)).contains(Duration.ofSeconds(10));
  }

  @Test
  void morePlacesThanTakenCannotBeGivenBack() {
    admission.admit(2, 0);

    assertThatThrownBy(() -> admission.finish(3, 1))
        .hasMessage("images: 3 (expected: 1 to the unfinished, 2)");
  }
}
