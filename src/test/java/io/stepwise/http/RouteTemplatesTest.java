package io.stepwise.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import org.apache.pekko.http.javadsl.model.Uri;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RouteTemplatesTest {

  @ParameterizedTest
  @CsvSource({
    "/v1/models, /v1/models",
    "/v1/models/fashion-mnist, /v1/models/{model}",
    "/v1/models/a%2Fb, /v1/models/{model}",
    "/v1/generations/8a4e7a52-3a5d, /v1/generations/{id}",
    "/v1/images/generations?seed=7, /v1/images/generations",
    "/v2/models/toy/versions/3/infer, /v2/models/{model}/versions/{version}/infer",
    "/v2/health/live, /v2/health/live",
    "/metrics, /metrics",
    "/, page",
    "/page/fleet/clock.js, page",
    "/main.js, other",
    "/v1, other",
    "/v1/secret/deep/path, other",
    "/anything, other",
  })
  void pathsOfARouteHaveOneName(String path, String template) {
    assertThat(RouteTemplates.of(Uri.create("http://host" + path)).text()).isEqualTo(template);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/models",
        "/v1/x.js",
        "/main.js",
        "/v1/generations/a.css",
        "/%76%31/generations/a.css",
        "/v2/models/a.svg",
        "/v1/stream",
        "/anything",
        "/admin/",
        "//v1/models",
      })
  void whatIsNotOpenNeedsAKey(String path) throws UnknownHostException {
    assertThat(open(path, "127.0.0.1")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/v2/health/live", "/v2/health/ready", "/", "/page/main.js", "/openapi.json"})
  void healthAndThePageNeedNone(String path) throws UnknownHostException {
    assertThat(open(path, "192.0.2.7")).isTrue();
  }

  @Test
  void metricsNeedNoneFromTheMachineItself() throws UnknownHostException {
    assertThat(open("/metrics", "127.0.0.1")).isTrue();
    assertThat(open("/metrics", "::1")).isTrue();
    assertThat(open("/metrics", "192.0.2.7")).isFalse();
    assertThat(RouteTemplates.of(Uri.create("http://host/metrics")).isOpenTo(Optional.empty()))
        .isFalse();
  }

  private static boolean open(String path, String peer) throws UnknownHostException {
    return RouteTemplates.of(Uri.create("http://host" + path))
        .isOpenTo(Optional.of(InetAddress.getByName(peer)));
  }
}
