package io.stepwise.http;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What a client sends on one connection.
 *
 * @param writes bytes, sent one after the other
 * @param ending what the client then does
 */
record FuzzedRequest(List<byte[]> writes, Ending ending) {

  /** What a client does after it has sent all. */
  enum Ending {
    /** Waits for the answer. Only for what the server can tell to be complete. */
    WAIT,
    /** Closes its sending half, then waits. */
    HALF_CLOSE,
    /** Breaks the connection off. */
    RESET
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(ending.toString());
    for (byte[] write : writes) {
      String shown = new String(write, StandardCharsets.ISO_8859_1);
      text.append(" | ").append(shown, 0, Math.min(2000, shown.length()));
    }
    return text.toString();
  }
}
