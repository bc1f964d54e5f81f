package io.stepwise.snapshot;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Something found in a store that is no whole version.
 *
 * @param path where it was
 * @param what what is wrong with it
 * @param setAside where it was moved; null if it was removed or could not be moved
 */
public record Problem(Path path, String what, @Nullable Path setAside) {

  @Override
  public String toString() {
    return path + ": " + what + (setAside == null ? "" : "; moved to " + setAside);
  }
}
