package io.stepwise.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class WaitingImagesTest {

  private final WaitingImages<TestImage> waiting =
      new WaitingImages<>(new FifoPolicy(), TestImage.ROWS);

  @Test
  void countsImagesAndTheirRows() {
    waiting.add(TestImage.of("a", 0));
    waiting.add(TestImage.of("a", 1));
    waiting.add(TestImage.of("b", 0).withRows(2));

    assertThat(waiting.size()).isEqualTo(3);
    assertThat(waiting.rows()).isEqualTo(4);
  }

  @Test
  void takenImagesWaitNoLonger() {
    TestImage taken = TestImage.of("b", 0).withRows(2);
    waiting.add(TestImage.of("a", 0));
    waiting.add(taken);

    waiting.take(new BatchPlan<>(List.of(taken), 2, false));

    assertThat(waiting.size()).isEqualTo(1);
    assertThat(waiting.rows()).isEqualTo(1);
    assertThat(waiting.nextInTurn(9)).hasSize(1);
  }

  @Test
  void removedRequestGivesItsImagesBack() {
    waiting.add(TestImage.of("a", 0).withRows(2));
    waiting.add(TestImage.of("a", 1).withRows(2));

    assertThat(waiting.removeRequest("a")).hasSize(2);
    assertThat(waiting.isEmpty()).isTrue();
    assertThat(waiting.rows()).isZero();
    assertThat(waiting.removeRequest("a")).isEmpty();
  }

  @Test
  void imageCannotWaitTwice() {
    waiting.add(TestImage.of("a", 0));

    assertThatThrownBy(() -> waiting.add(TestImage.of("a", 0)))
        .hasMessage("image 0 of a: waits already");
  }

  @Test
  void imagesOfWhichOneStandsThereTwiceAreNotAdded() {
    List<TestImage> images =
        List.of(TestImage.of("a", 0), TestImage.of("b", 0), TestImage.of("b", 0));

    assertThatThrownBy(() -> waiting.addAll(images)).hasMessage("image 0 of b: waits already");
    assertThat(waiting.size()).isZero();
    assertThat(waiting.images()).isEmpty();
  }

  @Test
  void imageThatDoesNotWaitCannotBeTaken() {
    TestImage image = TestImage.of("a", 0);

    assertThatThrownBy(() -> waiting.take(new BatchPlan<>(List.of(image), 1, false)))
        .hasMessage("image 0 of a: does not wait");
  }
}
