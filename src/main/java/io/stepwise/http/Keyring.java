package io.stepwise.http;

import io.stepwise.sampling.Client;
import io.stepwise.settings.ApiKey;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** Whose each API key is. Of the keys themselves only the SHA-256 is known. */
final class Keyring {

  private record Entry(Client client, byte[] sha256) {}

  private final List<Entry> entries;

  Keyring(List<ApiKey> keys) {
    this.entries =
        keys.stream()
            .map(
                key ->
                    new Entry(
                        new Client(key.name(), key.name(), key.imagesInFlight()),
                        HexFormat.of().parseHex(key.sha256())))
            .toList();
  }

  boolean isEmpty() {
    return entries.isEmpty();
  }

  /**
   * Returns whose key this is. Takes the same time for every text of the same length, whatever the
   * keys are.
   */
  Optional<Client> find(String presented) {
    byte[] sha256 = sha256(presented);
    Client found = null;
    for (Entry entry : entries) {
      if (MessageDigest.isEqual(entry.sha256, sha256)) {
        found = entry.client;
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
