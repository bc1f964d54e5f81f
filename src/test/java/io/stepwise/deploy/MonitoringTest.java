package io.stepwise.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.stepwise.telemetry.MeterNames;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What Prometheus and Grafana ask for is what nodes tell. */
final class MonitoringTest {

  private static final Pattern NAME =
      Pattern.compile("\\b(?:stepwise|jvm|process|system)_[a-z_]+\\b");

  /** Names of labels and what stands in quotes are no meters. */
  private static final Pattern QUOTED = Pattern.compile("\"[^\"]*\"");

  private static final Path ALERTS = Deployment.FOLDER.resolve("prometheus/alerts.yml");
  private static final Path DASHBOARD =
      Deployment.FOLDER.resolve("grafana/dashboards/stepwise.json");

  @Test
  void everyMeterOfAnAlertExists() {
    List<JsonNode> alerts = new ArrayList<>();
    Deployment.yaml(ALERTS)
        .path("groups")
        .forEach(group -> group.path("rules").forEach(alerts::add));
    assertThat(alerts).hasSizeGreaterThan(5);
    for (JsonNode alert : alerts) {
      assertThat(alert.path("annotations").path("summary").asText()).isNotEmpty();
      requireMeters(alert.path("alert").asText(), alert.path("expr").asText());
    }
  }

  @Test
  void everyMeterOfThePanelsExists() {
    JsonNode dashboard = Deployment.json(DASHBOARD);
    JsonNode source =
        Deployment.yaml(
                Deployment.FOLDER.resolve("grafana/provisioning/datasources/prometheus.yml"))
            .path("datasources")
            .path(0);
    assertThat(dashboard.path("panels").size()).isGreaterThan(10);
    for (JsonNode panel : dashboard.path("panels")) {
      String title = panel.path("title").asText();
      assertThat(panel.at("/datasource/uid")).as(title).isEqualTo(source.path("uid"));
      assertThat(panel.path("targets").size()).as(title).isPositive();
      panel.path("targets").forEach(target -> requireMeters(title, target.path("expr").asText()));
    }
    for (JsonNode variable : dashboard.at("/templating/list")) {
      requireMeters(variable.path("name").asText(), variable.path("definition").asText());
    }
  }

  @Test
  void everyNodeIsScraped() {
    Map<String, TreeSet<String>> scraped = new TreeMap<>();
    JsonNode job =
        Deployment.yaml(Deployment.FOLDER.resolve("prometheus/prometheus.yml"))
            .at("/scrape_configs/0/static_configs");
    for (JsonNode group : job) {
      group
          .path("targets")
          .forEach(
              target ->
                  scraped
                      .computeIfAbsent(group.at("/labels/role").asText(), any -> new TreeSet<>())
                      .add(target.asText()));
    }
    Map<String, TreeSet<String>> expected = new TreeMap<>();
    for (JsonNode node : Deployment.nodes().values()) {
      if (!node.has("profiles")) {
        expected
            .computeIfAbsent(Deployment.role(node), any -> new TreeSet<>())
            .add(Deployment.environment(node).get("STEPWISE_CLUSTER_HOST") + ":8080");
      }
    }
    assertThat(scraped).isEqualTo(expected);
  }

  private static void requireMeters(String what, String expression) {
    List<String> names =
        NAME.matcher(QUOTED.matcher(expression).replaceAll(""))
            .results()
            .map(MatchResult::group)
            .toList();
    assertThat(MeterNames.all()).as("%s: %s", what, expression).containsAll(names);
    assertThat(names.isEmpty() && !expression.startsWith("up{")).as(expression).isFalse();
  }
}
