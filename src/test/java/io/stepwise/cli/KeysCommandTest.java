package io.stepwise.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.stepwise.settings.ApiKey;
import io.stepwise.settings.Settings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeysCommandTest {

  @Test
  void newKeyIsShownWithItsEntryInTheSettings() throws IOException, GeneralSecurityException {
    CommandResult result =
        CommandResult.of(
            "keys",
            "create",
            "alice",
            "--requests-per-minute",
            "600",
            "--images-in-flight",
            "100",
            "--json");

    assertThat(result.exitCode()).as(result.err()).isZero();
    JsonNode made = new ObjectMapper().readTree(result.out());
    String key = made.path("key").asText();
    assertThat(key).matches("stepwise-[A-Za-z0-9_-]{43}");
    assertThat(
            Settings.parse("stepwise.http.api-keys = [" + made.path("settings").asText() + "]")
                .http()
                .apiKeys())
        .containsExactly(new ApiKey("alice", sha256(key), 600, 100));
  }

  @Test
  void everyKeyIsAnother() {
    CommandResult first = CommandResult.of("keys", "create", "bob");
    CommandResult second = CommandResult.of("keys", "create", "bob");

    assertThat(first.out()).startsWith("key (shown only now): stepwise-").hasLineCount(2);
    assertThat(first.out()).isNotEqualTo(second.out());
  }

  @ParameterizedTest
  @CsvSource({
    "a b, NAME: a b (expected: 1 to 64 of A-Z a-z 0-9 . _ -)",
    "'a\"}', NAME: a\"} (expected: 1 to 64 of A-Z a-z 0-9 . _ -)",
    "anybody, 'not anybody'",
  })
  void nameThatTheSettingsWouldNotTakeIsRefused(String name, String message) {
    CommandResult result = CommandResult.of("keys", "create", name);

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).contains(message);
    assertThat(result.out()).isEmpty();
  }

  @Test
  void limitThatTheSettingsWouldNotTakeIsRefused() {
    CommandResult result = CommandResult.of("keys", "create", "bob", "--images-in-flight", "0");

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).contains("images-in-flight").contains("(expected: 1 to 1000000)");
  }

  private static String sha256(String key) throws GeneralSecurityException {
    byte[] digest =
        MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(digest);
  }
}
