package io.stepwise.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class DisconnectionTest {

  private final Disconnection disconnection = new Disconnection();
  private final List<String> done = new ArrayList<>();

  @Test
  void actionRunsOnceWhenItHappensBeforeTheAnswer() {
    disconnection.ifBefore(new CompletableFuture<>(), () -> done.add("first"));
    disconnection.ifBefore(new CompletableFuture<>(), () -> done.add("second"));
    assertThat(done).isEmpty();
    disconnection.happen();
    disconnection.happen();
    assertThat(done).containsExactlyInAnyOrder("first", "second");
  }

  @Test
  void actionRunsAtOnceWhenItHasHappened() {
    disconnection.happen();
    disconnection.ifBefore(new CompletableFuture<>(), () -> done.add("late"));
    assertThat(done).containsExactly("late");
  }

  @Test
  void actionIsForgottenWithTheAnswer() {
    CompletableFuture<String> answer = new CompletableFuture<>();
    CompletableFuture<String> failure = new CompletableFuture<>();
    disconnection.ifBefore(answer, () -> done.add("answered"));
    disconnection.ifBefore(failure, () -> done.add("failed"));
    answer.complete("image");
    failure.completeExceptionally(new IllegalStateException("no image"));
    disconnection.happen();
    assertThat(done).isEmpty();
  }
}
