package io.stepwise.cli;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.Done;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorSystem;

/**
 * The end of actors, for whatever reason they end. It is not waited for long: a replica may hang in
 * native code, and connections to nodes that cannot be reached may not close.
 */
final class SystemEnd {

  private static final Duration LONGEST = Duration.ofSeconds(10);

  private final CompletableFuture<Done> end = new CompletableFuture<>();

  /** Waits for the end of actors that have begun. */
  SystemEnd(ActorSystem<?> system) {
    this(system, LONGEST);
  }

  /**
   * Waits for the end of actors that have begun.
   *
   * @param longest time that they may take, once there is nothing else left to do
   */
  SystemEnd(ActorSystem<?> system, Duration longest) {
    CompletionStage<Done> terminated = system.getWhenTerminated();
    terminated.thenAccept(end::complete);
    CoordinatedShutdown.get(system)
        .addTask(
            CoordinatedShutdown.PhaseActorSystemTerminate(),
            "longest end",
            () -> {
              end.completeOnTimeout(Done.getInstance(), longest.toMillis(), TimeUnit.MILLISECONDS);
              return CompletableFuture.completedStage(Done.getInstance());
            });
  }

  /** Returns when the actors have ended, or were about to for too long. */
  void await() {
    end.join();
  }
}
