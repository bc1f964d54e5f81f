package io.stepwise.load;

import java.util.regex.Pattern;

/** A secret that lets requests in; its text goes into the request and nowhere else. */
public final class ApiKey {

  private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e]+");

  private final String secret;

  /**
   * Takes a key without the white space around it.
   *
   * @throws IllegalArgumentException if it cannot stand in a header; the message does not tell it
   */
  public ApiKey(String text) {
    this.secret = text.strip();
    if (!TOKEN.matcher(secret).matches()) {
      throw new IllegalArgumentException("(secret) (expected: printable ASCII without spaces)");
    }
  }

  /** Returns the value of the header {@code Authorization}. */
  public String authorization() {
    return "Bearer " + secret;
  }

  @Override
  public String toString() {
    return "(secret)";
  }
}
