package io.stepwise.training;

import io.stepwise.network.ModelFolderException;
import io.stepwise.network.NetworkException;
import io.stepwise.snapshot.SnapshotException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
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
  private final Path folder;
  private final Map<String, Long> failures = new HashMap<>();

  /**
   * Has met none yet.
   *
   * @param folder named where an error names no file
   */
  Trouble(ActorRef<Trainer.Command> trainer, Path folder) {
    this.trainer = trainer;
    this.folder = folder;
  }

  /** Does the work of this name, whose failure is remembered until it succeeds. */
  void meet(String name, Work work) {
    try {
      work.run();
      if (failures.remove(name) != null && failures.isEmpty()) {
        trainer.tell(Trainer.Recovered.INSTANCE);
      }
    } catch (SnapshotException e) {
      fail(name, NetworkException.reason(e));
    } catch (IOException e) {
      fail(name, reason(e, folder));
    }
  }

  /** Returns what went wrong with which file, or in which folder where the error names none. */
  static String reason(IOException failure, Path folder) {
    String file = failure instanceof FileSystemException named ? named.getFile() : null;
    return (file == null ? folder : file) + ": " + ModelFolderException.reason(failure);
  }

  private void fail(String name, String reason) {
    failures.put(name, System.nanoTime());
    trainer.tell(new Trainer.Troubled(name + ": " + reason));
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
