package io.stepwise.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.settings.HttpSettings;
import io.stepwise.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The proxy's configuration beside the settings of those behind it. */
final class ProxyTest {

  private static final HttpSettings HTTP = Settings.parse("").http();

  private final String configuration;

  ProxyTest() throws IOException {
    configuration = Files.readString(Deployment.FOLDER.resolve("haproxy.cfg"));
  }

  @Test
  void proxyIsMorePatientThanTheServer() {
    assertThat(timeout("server")).isGreaterThan((int) HTTP.requestTimeout().toSeconds());
    assertThat(timeout("client")).isEqualTo(timeout("server"));
    assertThat(timeout("tunnel")).isGreaterThan(4 * (int) HTTP.stream().keepAlive().toSeconds());
  }

  @Test
  void proxyTakesBodiesOfTheSizeThatTheServerTakes() {
    assertThat(configuration)
        .contains("deny_status 413 if { req.body_size gt " + HTTP.maxBodyBytes() + " }");
  }

  @Test
  void proxyStandsBeforeAllGatewaysAndAsksForTheirHealth() {
    TreeSet<String> gateways = new TreeSet<>(Deployment.nodes().keySet());
    gateways.removeIf(node -> !Deployment.role(Deployment.nodes().get(node)).equals("gateway"));
    assertThat(new TreeSet<>(found("server (\\S+) \\1:8080"))).isEqualTo(gateways);
    assertThat(configuration).contains("uri /v2/health/ready");
    Deployment.nodes()
        .forEach(
            (name, node) ->
                assertThat(node.path("networks").has("front"))
                    .as(name)
                    .isEqualTo(gateways.contains(name)));
  }

  @Test
  void metricsStayInside() {
    assertThat(configuration).contains("deny deny_status 404 if { path /metrics }");
  }

  private int timeout(String name) {
    return Deployment.seconds(found("timeout " + name + " (\\S+)").get(0));
  }

  private List<String> found(String pattern) {
    return Pattern.compile("^ *" + pattern + "$", Pattern.MULTILINE)
        .matcher(configuration)
        .results()
        .map((MatchResult match) -> match.group(1))
        .toList();
  }
}
