package io.stepwise.cli;

import io.stepwise.load.ApiKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The arguments that name the key of a server; every other process can see one on the command line.
 */
final class KeyArguments {

  private static final String VARIABLE = "STEPWISE_API_KEY";

  @Option(
      names = "--api-key-file",
      paramLabel = "FILE",
      description = "File that holds the server's key (default: the variable " + VARIABLE + ").")
  @Nullable Path file;

  @Option(
      names = "--api-key",
      paramLabel = "KEY",
      description = "The key itself, which other users of this machine can then see.")
  @Nullable String key;

  /** Returns the key, null for none. */
  @Nullable ApiKey read() {
    try {
      if (key != null) {
        return parse("--api-key", key);
      }
      if (file != null) {
        return parse("--api-key-file", Files.readString(file));
      }
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "--api-key-file: " + file + " (expected: a file that can be read)", e);
    }
    String variable = System.getenv(VARIABLE);
    return variable == null || variable.isBlank() ? null : parse(VARIABLE, variable);
  }

  private static ApiKey parse(String source, String text) {
    try {
      return new ApiKey(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(source + ": " + e.getMessage(), e);
    }
  }
}
