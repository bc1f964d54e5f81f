package io.stepwise.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class ReportTest {

  private static LoadReport report(Load... loads) {
    Target target =
        new Target(
            URI.create("http://h:1/a&b"),
            new ApiKey("topsecret"),
            false,
            Streaming.SSE,
            0,
            Duration.ofSeconds(1),
            1);
    LoadOptions options =
        new LoadOptions(
            target,
            Asked.mixed("10,50"),
            List.of(loads),
            Duration.ofSeconds(1),
            1,
            new Slo.OfUnloaded(3),
            7);
    List<RunReport> runs = new ArrayList<>();
    for (Load load : loads) {
      runs.add(run(load));
    }
    return new LoadReport(Instant.EPOCH, options, Map.of("10", 20.0), runs);
  }

  private static RunReport run(Load load) {
    Measurements measurements = new Measurements(0, Map.of(10, Duration.ofMillis(60)));
    for (int i = 0; i < 200; i++) {
      int steps = i % 2 == 0 ? 10 : 50;
      measurements.onSend(i * 1_000_000L, 0);
      measurements.onEnd(
          new Sample(
              new PlannedRequest(i, 0, steps, null, 0, null),
              i * 1_000_000L,
              i * 3_000_000L,
              i == 199 ? Ending.failed("HTTP 429 <full>", "") : Ending.SUCCEEDED,
              1,
              steps,
              0,
              4,
              Sample.UNKNOWN));
    }
    TreeMap<String, Double> increases = new TreeMap<>(Map.of("images_total{a=\"b\"}", 200.0));
    ServerMetrics server = new ServerMetrics(increases, new TreeMap<>(), new TreeMap<>());
    return measurements.report(load, Duration.ofSeconds(1), false, 9, () -> server);
  }

  private static List<String> names(JsonNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  @Test
  void jsonHasTheseFields() {
    JsonNode json = Json.parse(JsonReport.of(report(new Load.Open(4, 1), new Load.Closed(2))));

    assertThat(names(json)).containsExactly("started", "options", "unloaded_ms", "runs");
    JsonNode run = json.at("/runs/0");
    assertThat(names(run))
        .containsExactly(
            "load",
            "seconds",
            "interrupted",
            "requests",
            "figures",
            "goodput",
            "errors",
            "latencies",
            "client",
            "server",
            "warnings",
            "timeline",
            "curves");
    assertThat(names(run.get("requests")))
        .containsExactly("sent", "succeeded", "failed", "cancelled", "unfinished");
    assertThat(names(run.get("figures")))
        .containsExactly(
            "offered_per_second",
            "requests_per_second",
            "images_per_second",
            "image_steps_per_second",
            "images",
            "image_steps",
            "failed_images");
    assertThat(names(run.get("goodput")))
        .containsExactly("goals_ms", "attainment", "requests_per_second", "images_per_second");
    assertThat(names(run.get("latencies")))
        .containsExactly(
            "total_ms",
            "total_ms_by_steps",
            "first_preview_ms",
            "preview_gap_ms",
            "queue_ms",
            "cancel_ms");
    assertThat(names(run.at("/latencies/total_ms")))
        .containsExactly("count", "mean", "p50", "p90", "p95", "p99", "p99.9", "max");
    assertThat(names(run.get("client")))
        .containsExactly("send_lag_ms", "callback_delay_ms", "most_in_flight");
    assertThat(names(run.get("server"))).containsExactly("increases", "means", "gauges");
    assertThat(names(run.at("/timeline/0")))
        .containsExactly(
            "start_seconds",
            "seconds",
            "arrivals",
            "completions",
            "failures",
            "p50_ms",
            "p99_ms",
            "max_ms");
    assertThat(names(run.at("/curves/all/0"))).containsExactly("ms", "share");
    assertThat(json.at("/runs/0/load")).hasToString("{\"rate\":4.0,\"burstiness\":1.0}");
    assertThat(json.at("/runs/1/load")).hasToString("{\"concurrency\":2}");
    assertThat(json.at("/options/seed").asInt()).isEqualTo(7);
  }

  @Test
  void tableNamesEveryFigureOnce() {
    String text = TextReport.of(report(new Load.Open(4, 1)));

    assertThat(text)
        .contains("4 requests/s, 1.0 s", "unloaded 20 ms (10 steps)")
        .containsPattern("requests sent +200 +200\n")
        .containsPattern("succeeded +199 +199\n")
        .containsPattern("  HTTP 429 <full> +1\n")
        .containsPattern("latency +199 +198 ")
        .containsPattern("  10 steps +100 ")
        .containsPattern("  50 steps +99 ")
        .containsPattern("in the server's queue +199 +4\\.00 ")
        .containsPattern("SLO of 60 ms \\(10 steps\\) met by 16.0 %\n")
        .containsPattern("images_total\\{a=\"b\"} +\\+200\n")
        .doesNotContain("SLO met  ", "first preview");
  }

  @Test
  void sweepEndsWithOneLineALoad() {
    String text = TextReport.of(report(new Load.Open(4, 1), new Load.Open(8, 0.5)));

    assertThat(text)
        .containsPattern("\nload +sent/s +ok/s ")
        .containsPattern("\n8 requests/s \\(burstiness 0.500\\) +200 +199 +200 ");
  }

  @Test
  void pageHoldsTablesAndPlotsAndNothingFromElsewhere() {
    String page = HtmlReport.of(report(new Load.Open(4, 1), new Load.Open(8, 1)));

    assertThat(page)
        .startsWith("<!DOCTYPE html>")
        .contains("HTTP 429 &lt;full&gt;", "http://h:1/a&amp;b", "Latency by load")
        .doesNotContain("<b>", "<full>", "<script", "<link", "src=\"http");
    assertThat(page.split("data:image/svg\\+xml", -1)).hasSize(1 + 2 + 2 * 3);
  }

  @Test
  void keyIsInNoReport() {
    LoadReport report = report(new Load.Open(4, 1));

    assertThat(JsonReport.of(report) + TextReport.of(report) + HtmlReport.of(report) + report)
        .doesNotContain("topsecret");
    assertThatThrownBy(() -> new ApiKey("top secret")).hasMessageNotContaining("top");
  }
}
