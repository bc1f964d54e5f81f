package io.stepwise.snapshot;

import java.util.regex.Pattern;

/**
 * A file of a version's model, as another store can be given it.
 *
 * @param path from the model's folder, with slashes; never leads out of it
 * @param size in bytes
 * @param sha256 in lower-case hex
 */
public record SnapshotFile(String path, long size, String sha256) {

  private static final int LONGEST_PATH = 500;
  private static final Pattern PATH =
      Pattern.compile("(?![.]{1,2}(/|$))[^/\\\\\\x00]+(/(?![.]{1,2}(/|$))[^/\\\\\\x00]+)*");

  /** Checks all of it, since it may come from elsewhere. */
  public SnapshotFile {
    requireInside(path);
    if (size < 0) {
      throw new IllegalArgumentException("size: " + size + " (expected: 0 or more)");
    }
    if (!StoreLayout.isDigest(sha256)) {
      throw new IllegalArgumentException("SHA-256: " + sha256 + " (expected: 64 hex digits)");
    }
  }

  /** Checks that a path does not lead out of the folder that it begins in. */
  static void requireInside(String path) {
    if (path.length() > LONGEST_PATH || !PATH.matcher(path).matches()) {
      throw new IllegalArgumentException("path: " + path + " (expected: one inside the model)");
    }
  }
}
