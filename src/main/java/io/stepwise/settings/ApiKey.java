package io.stepwise.settings;

/**
 * The key of somebody who may call, and how much they may.
 *
 * @param name whose it is: 1 to 64 of {@code A-Z a-z 0-9 . _ -}
 * @param sha256 SHA-256 of the key, 64 hexadecimal digits in lower case
 * @param requestsPerMinute 1 to 1000000; {@link #UNLIMITED} for any number
 * @param imagesInFlight most unfinished images, 1 to 1000000; {@link #UNLIMITED} for any number
 */
public record ApiKey(String name, String sha256, int requestsPerMinute, int imagesInFlight) {

  /** A limit that is none. */
  public static final int UNLIMITED = Integer.MAX_VALUE;
}
