package io.stepwise.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsLimitsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          http.host                       | ""        | "a b"       | a host name or address
          http.port                       | -1        | 65536       | 0 to 65535
          http.allow-anonymous            | 2         | maybe       | true or false
          http.max-connections            | 0         | 100001      | 1 to 100000
          http.api-keys-file              | []        | "\\u0000"   | a path, or empty
          http.host                       | 0.0.0.0   | 192.0.2.1   | a loopback address such as 127.0.0.1, or http.api-keys, or http.allow-anonymous = true
          http.max-body                   | 1023      | 65 MiB      | 1 KiB to 64 MiB
          http.request-timeout            | 999 ms    | 25 h        | 1 s to 24 h, with its unit
          http.body-timeout               | 99 ms     | 11 minutes  | 100 ms to 10 min, with its unit
          http.shutdown-grace             | -1 s      | 61 minutes  | 0 s to 1 h, with its unit
          http.allowed-origins            | [""]      | "a, a"      | a list, none empty, none twice
          http.stream.max-sockets         | -1        | 100001      | 0 to 100000
          http.stream.max-message         | 1023      | 1025 KiB    | 1 KiB to 1 MiB
          http.stream.max-generations     | 0         | 1001        | 1 to 1000
          http.stream.max-images          | 0         | 10001       | 1 to 10000
          http.stream.keep-alive          | 99 ms     | 301 s       | 100 ms to 5 min, with its unit
          http.stream.stall-timeout       | 99 ms     | 61 minutes  | 100 ms to 1 h, with its unit
          cluster.enabled                 | 2         | maybe       | true or false
          cluster.roles                   | [worker]  | "sampler,x" | some of gateway, sampler, trainer
          cluster.roles                   | []        | "a, a"      | a list of at least one, none empty, none twice
          cluster.host                    | ""        | "a:b"       | a host name or address
          cluster.port                    | 0         | 65536       | 1 to 65535
          cluster.seeds                   | [a]       | "a:1,b"     | a list of host:port
          cluster.report-every            | 0         | 1001        | 1 to 1000
          cluster.max-message             | 255 KiB   | 65 MiB      | 256 KiB to 64 MiB
          cluster.stable-after            | 999 ms    | 301 s       | 1 s to 5 min, with its unit
          cluster.snapshot-chunk          | 15 KiB    | 17 MiB      | 16 KiB to 16 MiB
          cluster.snapshot-chunk          | 513 KiB   | 16 MiB      | at most a quarter of max-message
          cluster.snapshot-window         | 0         | 65          | 1 to 64
          cluster.authority               | a.crt     | "b.crt"     | empty, without tls
          device                          | gpu       | "cuda:-1"   | cpu, auto or cuda:N
          sampling.replicas               | 0         | 65          | 1 to 64
          sampling.threads-per-replica    | 0         | 257         | 1 to 256
          sampling.max-batch-size         | 1         | 1025        | 2 to 1024
          sampling.batches-in-flight      | 0         | 5           | 1 to 4
          sampling.max-waiting-images     | 0         | 1000001     | 1 to 1000000
          sampling.max-images-per-request | 0         | 1001        | 1 to 1000
          sampling.max-steps              | 0         | 10001       | 1 to 10000
          sampling.max-steps              | 1.5       | 1e9         | 1 to 10000
          sampling.max-steps              | []        | null        | 1 to 10000
          sampling.default-steps          | 0         | 10001       | 1 to 10000
          sampling.max-stuck-replicas     | -1        | 101         | 0 to 100
          sampling.max-attempts           | 2         | 101         | 3 to 100
          sampling.batch-deadline         | 99 ms     | 61 minutes  | 100 ms to 1 h, with its unit
          sampling.batch-deadline         | 5000      | soon        | 100 ms to 1 h, with its unit
          sampling.policy                 | lifo      | FIFO        | one of fifo, shortest-remaining, deadline, request
          sampling.request-delay          | -1 ms     | 11 s        | 0 s to 10 s, with its unit
          sampling.max-step-duration      | -1 ms     | 61 s        | 0 s to 1 min, with its unit
          sampling.warm-up                | -1 ms     | 61 s        | 0 s to 1 min, with its unit
          sampling.max-waiting-images-per-client | -1 | 1000001     | 0 to 1000000
          sampling.default-deadline       | 999 ms    | 25 h        | 1 s to 24 h, with its unit
          sampling.finisher-threads       | 0         | 65          | 1 to 64
          sampling.result-retention       | 999 ms    | 25 h        | 1 s to 24 h, with its unit
          sampling.max-kept-results       | -1        | 17 GiB      | 0 to 16 GiB
          sampling.restart-backoff.min    | 9 ms      | 61 s        | 10 ms to 1 min, with its unit
          sampling.restart-backoff.max    | 9 ms      | 11 minutes  | 10 ms to 10 min, with its unit
          sampling.restart-backoff.max    | 10 ms     | 199 ms      | at least min, 200 ms
          sampling.max-waiting-images     | []        | {}          | 1 to 1000000
          snapshots.folder                | []        | "\\u0000"   | a path, or empty
          snapshots.keep                  | 0         | 1001        | 1 to 1000
          training.threads                | 0         | 257         | 1 to 256
          training.share                  | 0.009     | 1.1         | 0.01 to 1
          training.share-when-busy        | -0.1      | NaN         | 0 to 1
          training.checkpoint-interval    | 999 ms    | 61 minutes  | 1 s to 1 h, with its unit
          data.fashion-mnist              | ""        | "\\u0000"   | a path
          models                          | []        | [a, ""]     | a list of at least one, none empty, none twice
          models                          | [a, a]    | "a,,b"      | a list of at least one, none empty, none twice
          default-model                   | other     | 7           | an entry of models, [fashion-mnist]
          """)
  void valuesBeyondTheLimitsAreNamed(String key, String low, String high, String expectation) {
    assertRefused(key, low, expectation);
    assertRefused(key, high, expectation);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          http.port                       | 0         | 65535
          http.max-body                   | 1 KiB     | 64 MiB
          http.shutdown-grace             | 0 s       | 1 hour
          http.body-timeout               | 100 ms    | 10 minutes
          http.allowed-origins            | []        | "http://a, https://b:8"
          http.stream.max-message         | 1 KiB     | 1 MiB
          http.stream.max-sockets         | 0         | 100000
          device                          | "cuda:0"  | auto
          sampling.replicas               | 1         | 64
          sampling.batches-in-flight      | 1         | 4
          sampling.max-steps              | 1         | 10000
          sampling.batch-deadline         | 100 ms    | 1 h
          sampling.policy                 | fifo      | request
          sampling.max-step-duration      | 0 s       | 1 minute
          sampling.result-retention       | 1 second  | 24 hours
          sampling.max-kept-results       | 0         | 16 GiB
          sampling.restart-backoff.max    | 200 ms    | 10 minutes
          models                          | [fashion-mnist, b] | fashion-mnist
          """)
  void valuesAtTheLimitsAreTaken(String key, String low, String high) {
    assertThat(Settings.parse("stepwise." + key + " = " + low)).isNotNull();
    assertThat(Settings.parse("stepwise." + key + " = " + high)).isNotNull();
  }

  @ParameterizedTest
  @CsvSource({"64, 64, true", "65, 64, false"})
  void requestMayNotBeLargerThanTheQueue(int perRequest, int waiting, boolean allowed) {
    String text =
        "stepwise.sampling { max-images-per-request = %d, max-waiting-images = %d }"
            .formatted(perRequest, waiting);
    SettingsException thrown =
        catchThrowableOfType(SettingsException.class, () -> Settings.parse(text));

    if (allowed) {
      assertThat(thrown).isNull();
    } else {
      assertThat(thrown).hasMessageContaining("65 (expected: at most max-waiting-images, 64)");
    }
  }

  @Test
  void requestMayNotBeLargerThanTheClientsPartOfTheQueue() {
    String text = "stepwise.sampling.max-waiting-images-per-client = 63";

    assertThat(catchThrowableOfType(SettingsException.class, () -> Settings.parse(text)))
        .hasMessageContaining("64 (expected: at most max-waiting-images-per-client, 63)");
  }

  private static void assertRefused(String key, String value, String expectation) {
    SettingsException thrown =
        catchThrowableOfType(
            SettingsException.class, () -> Settings.parse("stepwise." + key + " = " + value));

    assertThat(thrown).as("stepwise.%s = %s", key, value).isNotNull();
    assertThat(thrown.problems())
        .singleElement()
        .asString()
        .startsWith("stepwise." + key + ": ")
        .contains("(expected: " + expectation + "), from ");
  }
}
