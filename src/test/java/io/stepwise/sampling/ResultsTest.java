package io.stepwise.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.sampling.GenerationStatus.State;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ResultsTest {

  private static final Client ANN = new Client("ann", "x");
  private static final Client BOB = new Client("bob", "x");
  private static final long MINUTE = Duration.ofMinutes(1).toNanos();

  private final Results results = new Results(Duration.ofMinutes(10), 100_000);

  @Test
  void resultIsForgottenWhenItsTimeIsOver() {
    add(detached("a"), 10, 0);
    add(detached("b"), 10, 4 * MINUTE);

    assertThat(results.find(ANN, "a", 10 * MINUTE - 1)).isPresent();
    assertThat(results.find(ANN, "a", 10 * MINUTE)).isEmpty();
    assertThat(results.find(ANN, "b", 10 * MINUTE)).isPresent();
    assertThat(results.find(ANN, "b", 14 * MINUTE)).isEmpty();
    assertThat(results.bytes()).isZero();
  }

  @Test
  void oldestResultsMakeRoomForTheNewest() {
    for (int i = 0; i < 50; i++) {
      add(detached("g-" + i), 20_000, i);
      assertThat(results.bytes()).isBetween(20_000L, 100_000L);
    }

    assertThat(results.find(ANN, "g-49", 50)).isPresent();
    assertThat(results.find(ANN, "g-46", 50)).isPresent();
    assertThat(results.find(ANN, "g-45", 50)).isEmpty();
  }

  @Test
  void resultsWithoutImagesTakeRoomToo() {
    for (int i = 0; i < 1000; i++) {
      results.add(detached("g-" + i).build(), failed("g-" + i), 0);
    }

    assertThat(results.bytes()).isLessThanOrEqualTo(100_000);
    assertThat(results.find(ANN, "g-0", 0)).isEmpty();
    assertThat(results.find(ANN, "g-999", 0)).isPresent();
  }

  @Test
  void resultLargerThanAllRoomIsNotKeptAndDrivesNoneOut() {
    add(detached("small"), 10, 0);
    add(detached("large"), 100_000, 0);

    assertThat(results.find(ANN, "large", 0)).isEmpty();
    assertThat(results.find(ANN, "small", 0)).isPresent();
  }

  @Test
  void resultIsItsOwnersAlone() {
    add(detached("a").idempotencyKey("key"), 10, 0);
    add(detached("a").client(BOB), 20, 0);

    assertThat(results.find(ANN, "a", 0)).isNotEqualTo(results.find(BOB, "a", 0));
    assertThat(results.find(new IdempotencyKey("ann", "key"), 0)).isPresent();
    assertThat(results.find(new IdempotencyKey("bob", "key"), 0)).isEmpty();
  }

  @Test
  void secondResultOfANameTakesTheFirstsPlace() {
    add(detached("a").idempotencyKey("key"), 1000, 0);
    long bytes = results.bytes();
    add(detached("a").idempotencyKey("other"), 1000, 1);

    assertThat(results.bytes()).isEqualTo(bytes);
    assertThat(results.find(new IdempotencyKey("ann", "key"), 1)).isEmpty();
    assertThat(results.find(new IdempotencyKey("ann", "other"), 1)).isPresent();
  }

  @Test
  void keyIsFreeAgainWhenItsResultIsForgotten() {
    add(GenerationRequest.builder("a").client(ANN).idempotencyKey("key"), 10, 0);

    IdempotencyKey key = new IdempotencyKey("ann", "key");
    assertThat(results.find(key, 9 * MINUTE)).isPresent();
    assertThat(results.find(key, 11 * MINUTE)).isEmpty();
  }

  @Test
  void failureBindsNoKey() {
    results.add(detached("a").idempotencyKey("key").build(), failed("a"), 0);

    assertThat(results.find(new IdempotencyKey("ann", "key"), 0)).isEmpty();
    assertThat(results.find(ANN, "a", 0)).isPresent();
  }

  private void add(GenerationRequest.Builder request, int pngBytes, long nanos) {
    GenerationRequest built = request.build();
    Usage usage = new Usage(Duration.ZERO, Duration.ZERO, 1);
    List<GeneratedImage> images = List.of(new GeneratedImage(0, 7, new byte[pngBytes]));
    GenerationResult result =
        new GenerationResult.Completed(built.id(), "toy", "x", images, List.of(), usage);
    results.add(built, ending(built.id(), State.COMPLETED, result), nanos);
  }

  private static Ending failed(String id) {
    return ending(id, State.FAILED, new GenerationResult.Failed(id, "poison"));
  }

  private static Ending ending(String id, State state, GenerationResult result) {
    return new Ending(
        new GenerationEvent.Accepted(id, 7, 1, 1),
        new GenerationStatus(id, "toy", state, 1, 1, 1, 1),
        result);
  }

  private static GenerationRequest.Builder detached(String id) {
    return GenerationRequest.builder(id).client(ANN).detached(true);
  }
}
