package io.stepwise.training;

import io.stepwise.network.NetworkException;
import io.stepwise.snapshot.SnapshotException;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * What a training could not write and tries again. The trainer is told of each failure, and when
 * there is none any more. Not thread safe.
 */
final class Trouble {

  /** Writes something. */
  @FunctionalInterface
  interface Work {

    void run() throws IOException;
  }

  private final ActorRef<Trainer.Command> trainer;
  private final Map<String, Long> failures = new HashMap<>();

  Trouble(ActorRef<Trainer.Command> trainer) {
    this.trainer = trainer;
  }

  /** Does the work of this name, whose failure is remembered until it succeeds. */
  void meet(String name, Work work) {
    try {
      work.run();
      if (failures.remove(name) != null && failures.isEmpty()) {
        trainer.tell(Trainer.Recovered.INSTANCE);
      }
    } catch (IOException | SnapshotException e) {
      failures.put(name, System.nanoTime());
      trainer.tell(new Trainer.Troubled(name + ": " + NetworkException.reason(e)));
    }
  }

  /** Returns whether nothing failed that did not succeed since. */
  boolean isNone() {
    return failures.isEmpty();
  }

  /** Returns whether something failed within a time until now. */
  boolean isWithin(Duration time) {
    long now = System.nanoTime();
    return failures.values().stream().anyMatch(at -> now - at < time.toNanos());
  }
}
