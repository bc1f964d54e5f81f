package io.stepwise.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ServerTest {

  @ParameterizedTest
  @ValueSource(
      strings = {"ftp://h", "localhost:8080", "http://", "http://u:hunter2@h", "http://h?a"})
  void urlOfAnotherKindIsRefusedAndNotShown(String url) {
    CommandResult result = CommandResult.of("models", "snapshots", "fashion-mnist", "--url", url);

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err().lines()).singleElement().asString().contains("--url");
    assertThat(result.err()).doesNotContain("hunter2");
  }
}
