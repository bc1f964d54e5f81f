package io.stepwise.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OriginCheckTest {

  @ParameterizedTest
  @CsvSource({
    "http://localhost:8080, localhost:8080",
    "HTTP://LocalHost:8080, localhost:8080",
    "https://example.org, example.org",
    "https://example.org:443, example.org",
    "http://example.org, example.org:80",
    "http://[::1]:8080, [::1]:8080",
  })
  void pagesOfTheServerItselfMay(String origin, String host) {
    assertThat(isAllowed(origin, host)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "http://localhost:8081, localhost:8080",
    "http://evil.org, localhost:8080",
    "http://localhost, localhost:8080",
    "https://example.org, example.org:80",
    "http://localhost.evil.org:8080, localhost:8080",
    "null, localhost:8080",
    "localhost:8080, localhost:8080",
    "http://, localhost:8080",
    "http://a b, localhost:8080",
    "file://, localhost:8080",
  })
  void otherPagesMayNot(String origin, String host) {
    assertThat(isAllowed(origin, host)).isFalse();
  }

  @Test
  void pagesThatTheOperatorNamesMay() {
    assertThat(isAllowed("https://Studio.example", "api.example", "https://studio.example"))
        .isTrue();
    assertThat(isAllowed("http://studio.example", "api.example", "https://studio.example"))
        .isFalse();
    assertThat(isAllowed("null", "api.example", "*")).isTrue();
  }

  @Test
  void clientWithoutAnOriginMay() {
    assertThat(new OriginCheck(List.of()).refusal(HttpRequest.GET("/v1/stream"))).isEmpty();
  }

  private static boolean isAllowed(String origin, String host, String... allowed) {
    HttpRequest request =
        HttpRequest.GET("/v1/stream")
            .addHeader(RawHeader.create("Origin", origin))
            .addHeader(RawHeader.create("Host", host));
    return new OriginCheck(List.of(allowed)).refusal(request).isEmpty();
  }
}
