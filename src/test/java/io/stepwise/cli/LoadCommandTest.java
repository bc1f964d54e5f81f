package io.stepwise.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class LoadCommandTest {

  private static CommandResult load(String... arguments) {
    List<String> all = new ArrayList<>(List.of("load", "--url", "http://127.0.0.1:1"));
    all.addAll(List.of(arguments));
    return CommandResult.of(all.toArray(String[]::new));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "                                   | --rate: missing (expected: it or --concurrency)",
        "--rate 1 --concurrency 1           | --rate: given (expected: it or --concurrency)",
        "--rate 0                           | --rate: 0.0 (expected: > 0)",
        "--rate 1 --burstiness 0            | --burstiness: 0.0 (expected: > 0)",
        "--concurrency 0                    | --concurrency: 0 (expected: >= 1)",
        "--rate 1 --duration 0s             | --duration: PT0S (expected: more than 0)",
        "--rate 1 --mix 10:x                | --mix: 10:x (expected: different step counts",
        "--rate 1 --stream ftp              | --stream: ftp (expected: none, sse or websocket)",
        "--rate 1 --slo 3                   | --slo: 3 (expected: a time as 2s, or a multiple",
        "--rate 1 --slo 0x                  | --slo: 0x (expected: a time as 2s, or a multiple",
        "--rate 1 --slo 3x --warm-up 0      | --warm-up: 0 (expected: >= 1 with an --slo",
        "--rate 1 --cancel-rate 1.1         | --cancel-rate: 1.1 (expected: 0 to 1)",
        "--rate 1 --cancel-rate 1 --warm-up 0 | --warm-up: 0 (expected: >= 1 with --cancel-rate",
        "--rate 1 --n 0                     | --n: 0 (expected: >= 1)",
        "--rate 1 --deadline 0s             | --deadline: PT0S (expected: >= 1 ms)",
        "--rate 1 --openai --mix 10         | --mix: given (expected: not with --openai)",
        "--rate 1 --openai --guidance 2     | --guidance: given (expected: not with --openai)",
        "--rate 1 --openai --stream websocket | --stream: websocket (expected: none or sse",
        "--rate 1 --api-key-file /nowhere   | --api-key-file: /nowhere (expected: a file",
        "--rate 1 --sockets -1              | --sockets: -1 (expected: >= 0)",
        "--rate 1 --timeout 5               | Invalid value for option '--timeout': '5' (expected:",
      })
  void wrongArgumentEndsWithTwoAndOneLine(String arguments, String message) {
    CommandResult result = load(arguments == null ? new String[0] : arguments.strip().split(" +"));

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.out()).isEmpty();
    assertThat(result.err().lines()).singleElement().asString().contains(message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"ftp://h", "localhost:8080", "http://", "http://u:hunter2@h", "http://h?a"})
  void urlOfAnotherKindIsRefusedAndNotShown(String url) {
    CommandResult result = CommandResult.of("load", "--url", url, "--rate", "1");

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err().lines()).singleElement().asString().contains("--url");
    assertThat(result.err()).doesNotContain("hunter2");
  }

  @Test
  void keyThatCannotBeSentIsNotShown() {
    CommandResult result = load("--rate", "1", "--api-key", "top secret");

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).contains("--api-key: (secret)").doesNotContain("top");
  }

  @Test
  void serverThatIsNotThereEndsWithOneAndOneLine() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    String url = "http://127.0.0.1:" + port;

    CommandResult result = CommandResult.of("load", "--url", url, "--rate", "1");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err().lines())
        .containsExactly("stepwise load: " + url + ": connection refused");
  }

  @Test
  void reportThatCannotBeWrittenIsNamedBeforeTheTest(@TempDir Path folder) throws IOException {
    Path file = Files.createFile(folder.resolve("file"));

    CommandResult result = load("--rate", "1", "--html", file + "/report.html");

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err().lines())
        .containsExactly(
            "stepwise load: --html: " + file + "/report.html (expected: a file to write)");
  }
}
