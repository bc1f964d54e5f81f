package io.stepwise.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApiKeysTest {

  private static final String A = "a".repeat(64);
  private static final String B = "0123456789abcdef".repeat(4);

  @Test
  void keysAreReadWithTheirLimits() {
    HttpSettings http =
        http(
            """
            host = 0.0.0.0
            api-keys = [
              { name = alice, sha256 = %s, requests-per-minute = 600, images-in-flight = 100 }
              { name = "bob.2", sha256 = "%s" }
            ]
            """
                .formatted(A, B.toUpperCase(Locale.ROOT)));

    assertThat(http.apiKeys())
        .containsExactly(
            new ApiKey("alice", A, 600, 100),
            new ApiKey("bob.2", B, ApiKey.UNLIMITED, ApiKey.UNLIMITED));
  }

  @Test
  void environmentHoldsTheListAsText() {
    Settings settings =
        SettingsSources.of(
                Map.of(),
                Map.of("STEPWISE_HTTP_API_KEYS", "[{ name = alice, sha256 = " + A + " }]"))
            .load(Optional.empty());

    assertThat(settings.http().apiKeys()).extracting(ApiKey::name).containsExactly("alice");
  }

  @Test
  void keysOfAFileAreAdded(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("keys.conf");
    Files.writeString(file, "api-keys = [{ name = bob, sha256 = " + B + " }]");

    HttpSettings http =
        http(
            "api-keys = [{ name = alice, sha256 = %s }], api-keys-file = \"%s\""
                .formatted(A, file));

    assertThat(http.apiKeys()).extracting(ApiKey::name).containsExactly("alice", "bob");
    assertThat(http.apiKeysFile()).contains(file);
  }

  @Test
  void fileThatCannotBeReadIsNamed(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("keys.conf");
    assertThat(problems("api-keys-file = \"" + file + "\""))
        .singleElement()
        .asString()
        .startsWith("stepwise.http.api-keys-file: " + file + " (expected: a readable file of");
    Files.writeString(file, "keys = []");
    assertThat(problems("api-keys-file = \"" + file + "\""))
        .singleElement()
        .asString()
        .contains(file + ": api-keys: ", "(expected: a list of { name, sha256, ... })");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          5                                 | api-keys: not as it should be (expected: a list of
          "[{ name = "                      | api-keys: not as it should be (expected: a list of
          [a-key]                           | api-keys[0]: not as it should be (expected: an object
          [{ sha256 = A }]                  | api-keys[0].name: not as it should be (expected: 1 to 64
          [{ name = "a b", sha256 = A }]    | api-keys[0].name: not as it should be (expected: 1 to 64
          [{ name = anybody, sha256 = A }]  | api-keys[0].name: not as it should be (expected: 1 to 64
          [{ name = x }]                    | api-keys[0].sha256: not as it should be (expected: 64 hex
          [{ name = x, sha256 = a-key }]    | api-keys[0].sha256: not as it should be (expected: 64 hex
          [{ name = x, sha256 = A, a-key = 1 }] | api-keys[0]: not as it should be (expected: no fields but
          [{ name = x, sha256 = A, images-in-flight = 0 }] | images-in-flight: not as it should be (expected: 1 to 1000000)
          [{ name = x, sha256 = A, requests-per-minute = 1.5 }] | requests-per-minute: not as it should be (expected: 1 to
          [{ name = x, sha256 = A }, { name = x, sha256 = B }]  | api-keys[1].name: x (expected: no name twice)
          [{ name = x, sha256 = A }, { name = y, sha256 = A }]  | api-keys[1].sha256: not as it should be (expected: no key twice)
          """)
  void wrongKeysAreNamedWithoutTheirValue(String keys, String problem) {
    assertThat(problems("api-keys = " + keys.replaceAll("\\bA\\b", A).replaceAll("\\bB\\b", B)))
        .singleElement()
        .asString()
        .startsWith("stepwise.http.api-keys")
        .contains(problem)
        .doesNotContain("a-key");
  }

  @Test
  void onlyLoopbackAddressesMayBeListenedOnWithoutKeys() {
    assertThat(http("host = localhost").isLoopback()).isTrue();
    assertThat(http("host = \"::1\"").isLoopback()).isTrue();
    assertThat(http("host = 0.0.0.0, allow-anonymous = true").isLoopback()).isFalse();
    assertThat(problems("host = 0.0.0.0"))
        .singleElement()
        .asString()
        .startsWith("stepwise.http.host: \"0.0.0.0\" (expected: a loopback address such as");
  }

  @Test
  void keysForAllAreAContradiction() {
    assertThat(problems("allow-anonymous = true, api-keys = [{ name = x, sha256 = " + A + " }]"))
        .singleElement()
        .asString()
        .contains("stepwise.http.allow-anonymous: true (expected: false, as there are keys)");
  }

  @Test
  void otherMachinesWithoutEncryptionAreAWarning() {
    assertThat(
            Settings.parse("stepwise.http { host = 0.0.0.0, allow-anonymous = true }").warnings(64))
        .singleElement()
        .asString()
        .startsWith("stepwise.http.tls: none (expected: a certificate");
  }

  private static HttpSettings http(String text) {
    return Settings.parse("stepwise.http { " + text + " }").http();
  }

  private static List<String> problems(String text) {
    SettingsException thrown =
        catchThrowableOfType(
            SettingsException.class, () -> Settings.parse("stepwise.http { " + text + " }"));
    assertThat(thrown).isNotNull();
    return thrown.problems();
  }
}
