package io.stepwise.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {

  private final Path file;

  SettingsTest(@TempDir Path folder) {
    this.file = folder.resolve("own.conf");
  }

  @Test
  void defaultsHoldWithoutAFile() {
    Settings settings = load(Map.of(), Map.of(), Optional.empty());

    assertThat(settings)
        .isEqualTo(
            new Settings(
                List.of("fashion-mnist"),
                "fashion-mnist",
                "cpu",
                new HttpSettings(
                    "127.0.0.1",
                    8080,
                    List.of(),
                    Optional.empty(),
                    false,
                    1024,
                    TlsSettings.NONE,
                    1 << 20,
                    Duration.ofMinutes(5),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(60),
                    List.of(),
                    new StreamSettings(
                        500, 64 << 10, 64, 256, Duration.ofSeconds(15), Duration.ofSeconds(60))),
                new SamplingSettings(
                    1,
                    1,
                    16,
                    2,
                    1000,
                    0,
                    64,
                    1000,
                    50,
                    4,
                    Duration.ofSeconds(30),
                    2,
                    QueuePolicy.DEADLINE,
                    Duration.ofMillis(50),
                    Duration.ZERO,
                    Duration.ofSeconds(2),
                    Duration.ofMinutes(5),
                    2,
                    Duration.ofMinutes(10),
                    64L << 20,
                    new RestartBackoff(Duration.ofMillis(200), Duration.ofSeconds(10))),
                new SnapshotSettings(Optional.empty(), 5),
                new TrainingSettings(
                    1,
                    1,
                    0.25,
                    Duration.ofMinutes(1),
                    new RestartBackoff(Duration.ofSeconds(1), Duration.ofMinutes(1))),
                new DataSettings(Path.of("/usr/share/datasets/fashion-mnist")),
                new ClusterSettings(
                    false,
                    List.of(NodeRole.GATEWAY, NodeRole.SAMPLER),
                    "127.0.0.1",
                    7355,
                    List.of(),
                    10,
                    2 << 20,
                    Duration.ofSeconds(7),
                    256 << 10,
                    4,
                    TlsSettings.NONE,
                    Optional.empty())));
    assertThat(Settings.parse("")).isEqualTo(settings);
  }

  @Test
  void fileGoesBeforeTheDefaults() throws IOException {
    Files.writeString(
        file,
        """
        stepwise.http.port = 9000
        stepwise {
          models = [/srv/mine, fashion-mnist]
          default-model = fashion-mnist
          device = "cuda:1"
          http.max-body = 2 MiB
          sampling { policy = shortest-remaining, batch-deadline = 1500 ms }
        }
        """);

    Settings settings = load(Map.of(), Map.of(), Optional.of(file));

    assertThat(settings.http().port()).isEqualTo(9000);
    assertThat(settings.http().host()).isEqualTo("127.0.0.1");
    assertThat(settings.http().maxBodyBytes()).isEqualTo(2 << 20);
    assertThat(settings.models()).containsExactly("/srv/mine", "fashion-mnist");
    assertThat(settings.defaultModel()).isEqualTo("fashion-mnist");
    assertThat(settings.device()).isEqualTo("cuda:1");
    assertThat(settings.sampling().policy()).isEqualTo(QueuePolicy.SHORTEST_REMAINING);
    assertThat(settings.sampling().batchDeadline()).isEqualTo(Duration.ofMillis(1500));
  }

  @Test
  void environmentGoesBeforeTheFileAndSystemPropertiesBeforeBoth() throws IOException {
    Files.writeString(file, "stepwise { http.port = 9000, sampling.replicas = 3 }");
    Map<String, String> variables =
        Map.of(
            "STEPWISE_HTTP_PORT", "8080",
            "STEPWISE_SAMPLING_MAX_STEPS", "50",
            "STEPWISE_MODELS", "one, two",
            "PATH", "/bin");
    Map<String, String> properties =
        Map.of("stepwise.sampling.max-steps", "60", "stepwise.device", "auto", "user.dir", "/");

    Settings settings = load(properties, variables, Optional.of(file));

    assertThat(settings.http().port()).isEqualTo(8080);
    assertThat(settings.sampling().replicas()).isEqualTo(3);
    assertThat(settings.sampling().maxSteps()).isEqualTo(60);
    assertThat(settings.device()).isEqualTo("auto");
    assertThat(settings.models()).containsExactly("one", "two");
    assertThat(settings.defaultModel()).isEqualTo("one");
  }

  @Test
  void fileMayUseVariablesOfItsOwn() throws IOException {
    Files.writeString(
        file, "base = /srv, stepwise { data.fashion-mnist = ${base}\"/\"${CLOTHES} }");

    Settings settings = load(Map.of(), Map.of("CLOTHES", "mnist"), Optional.of(file));

    assertThat(settings.data().fashionMnist()).isEqualTo(Path.of("/srv/mnist"));
  }

  @Test
  void everyProblemIsNamedWithItsPlace() throws IOException {
    Files.writeString(
        file,
        """
        stepwise {
          http.port = 70000
          sampling.replicas = many
          sampling.polcy = fifo
          data = none
        }
        """);

    SettingsException thrown =
        catchThrowableOfType(
            SettingsException.class,
            () ->
                load(
                    Map.of("stepwise.sampling.max-steps", "0"),
                    Map.of("STEPWISE_HTTP_BODY_TIMEOUT", "5"),
                    Optional.of(file)));

    assertThat(thrown.problems())
        .containsExactlyInAnyOrder(
            "stepwise.http.port: 70000 (expected: 0 to 65535), from " + file + ": 2",
            "stepwise.sampling.replicas: \"many\" (expected: 1 to 64), from " + file + ": 3",
            "stepwise.sampling.polcy: \"fifo\" (expected: no such key; known are batch-deadline,"
                + " batches-in-flight, default-deadline, default-steps, finisher-threads,"
                + " max-attempts, max-batch-size, max-images-per-request, max-kept-results,"
                + " max-step-duration, max-steps, max-stuck-replicas, max-waiting-images,"
                + " max-waiting-images-per-client, policy, replicas, request-delay,"
                + " restart-backoff, result-retention, threads-per-replica, warm-up), from "
                + file
                + ": 4",
            "stepwise.data: \"none\" (expected: a section { ... }), from " + file + ": 5",
            "stepwise.sampling.max-steps: \"0\" (expected: 1 to 10000), from system property"
                + " stepwise.sampling.max-steps",
            "stepwise.http.body-timeout: \"5\" (expected: 100 ms to 10 min, with its unit), from"
                + " environment variable STEPWISE_HTTP_BODY_TIMEOUT");
    assertThat(thrown).hasMessageContainingAll(thrown.problems().toArray(new String[0]));
  }

  @Test
  void fileThatCannotBeReadIsNamed() throws IOException {
    assertFileRefused(file + ": cannot be read");
    Files.writeString(file, "http { port = 1 }");
    assertFileRefused(file + ": no key stepwise (expected: stepwise { ... })");
    Files.writeString(file, "stepwise { http {\n port = \n");
    assertFileRefused("own.conf: 3");
    Files.writeString(file, "stepwise.http.port = ${nowhere}");
    assertFileRefused("${nowhere}");
    Files.writeString(file, "stepwise = 5");
    assertFileRefused("stepwise: 5 (expected: a section { ... })");
  }

  @Test
  void moreThreadsThanCoresIsAWarning() {
    Settings settings =
        Settings.parse("stepwise.sampling { replicas = 2, threads-per-replica = 3 }");

    assertThat(settings.warnings(6)).isEmpty();
    assertThat(settings.warnings(5))
        .singleElement()
        .asString()
        .contains("replicas x threads-per-replica: 2 x 3 (expected: at most 5");
  }

  private void assertFileRefused(String message) {
    assertThatThrownBy(() -> load(Map.of(), Map.of(), Optional.of(file)))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining(message);
  }

  private static Settings load(
      Map<String, String> properties, Map<String, String> variables, Optional<Path> file) {
    return SettingsSources.of(properties, variables).load(file);
  }
}
