package io.stepwise.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A file that an option names for a command to write at its end. */
final class OutputFile {

  private OutputFile() {}

  /**
   * Checks before the work that the file can be written. What it holds stays, and no file is left
   * where there was none.
   *
   * @throws IllegalArgumentException if it cannot
   */
  static void requireWritable(String option, Path file) {
    try {
      if (Files.notExists(file)) {
        Files.delete(Files.createFile(file));
        return;
      }
    } catch (IOException e) {
      throw refusal(option, file, e);
    }
    if (Files.isDirectory(file) || !Files.isWritable(file)) {
      throw refusal(option, file, null);
    }
  }

  /**
   * Writes the text as UTF-8 in place of what the file holds.
   *
   * @throws IOException if not all of it was written; names the option and the file
   */
  static void write(String option, Path file, String text) throws IOException {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new IOException(option + ": " + file + ": " + e.getMessage(), e);
    }
  }

  private static IllegalArgumentException refusal(
      String option, Path file, @Nullable IOException cause) {
    return new IllegalArgumentException(
        option + ": " + file + " (expected: a file to write)", cause);
  }
}
