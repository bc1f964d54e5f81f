package io.stepwise.http;

import io.stepwise.sampling.Client;
import io.stepwise.settings.ApiKey;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The API keys, of which only the SHA-256 is known, and what is left of each one's rate. */
final class Keyring {

  /** A key and whose it is. */
  static final class Entry {

    private final Client client;
    private final byte[] sha256;
    private final int requestsPerMinute;
    private final @Nullable TokenBucket rate;

    private Entry(ApiKey key, long nowNanos) {
      this.client = new Client(key.name(), key.name(), key.imagesInFlight());
      this.sha256 = HexFormat.of().parseHex(key.sha256());
      this.requestsPerMinute = key.requestsPerMinute();
      this.rate =
          requestsPerMinute == ApiKey.UNLIMITED
              ? null
              : new TokenBucket(requestsPerMinute, nowNanos);
    }

    Client client() {
      return client;
    }

    int requestsPerMinute() {
      return requestsPerMinute;
    }

    /** Counts a request; returns when to try again if there were too many. */
    Optional<Duration> countRequest(long nowNanos) {
      return rate == null ? Optional.empty() : rate.take(nowNanos);
    }
  }

  private final List<Entry> entries;

  Keyring(List<ApiKey> keys, long nowNanos) {
    this.entries = keys.stream().map(key -> new Entry(key, nowNanos)).toList();
  }

  boolean isEmpty() {
    return entries.isEmpty();
  }

  /**
   * Returns whose key this is. Takes the same time for every text of the same length, whatever the
   * keys are.
   */
  Optional<Entry> find(String presented) {
    byte[] sha256 = sha256(presented);
    Entry found = null;
    for (Entry entry : entries) {
      if (MessageDigest.isEqual(entry.sha256, sha256)) {
        found = entry;
      }
    }
    return Optional.ofNullable(found);
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
