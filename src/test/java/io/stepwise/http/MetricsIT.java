package io.stepwise.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.sampling.Fleet;
import io.stepwise.sampling.ModelReadiness;
import io.stepwise.sampling.SamplingService;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MetricsIT {

  private static final Fleet FLEET =
      new Fleet(
          false,
          9,
          1000,
          List.of(
              new Fleet.Model(
                  "toy",
                  "abc",
                  List.of("abc", "def"),
                  5,
                  4,
                  16,
                  List.of(
                      new Fleet.Replica(0, ModelReadiness.State.READY, "", 0),
                      new Fleet.Replica(1, ModelReadiness.State.GIVEN_UP, "it hangs", 7)))));

  private final ActorTestKit kit = ActorTestKit.create();
  private final ServiceProbe service = new ServiceProbe(kit);
  private final TestServer server = TestServer.start(kit.system(), service.ref());

  @AfterAll
  void stop() {
    server.close();
    kit.shutdownTestKit();
  }

  @Test
  void fleetIsAskedForOnceAndShown() {
    CompletableFuture<Answer> answer = server.send("GET", "/metrics", "");
    service.expect(SamplingService.GetFleet.class).replyTo().tell(FLEET);

    assertThat(answer.join().status()).isEqualTo(200);
    assertThat(answer.join().header("Content-Type"))
        .contains("text/plain; version=0.0.4; charset=UTF-8");
    assertThat(lines(answer.join()))
        .contains(
            "stepwise_unfinished_images 9.0",
            "stepwise_queue_images{model=\"toy\"} 5.0",
            "stepwise_inflight_images{model=\"toy\"} 4.0",
            "stepwise_replicas{model=\"toy\"} 2.0",
            "stepwise_replicas_ready{model=\"toy\"} 1.0",
            "stepwise_snapshot_info{model=\"toy\",snapshot=\"abc\"} 1");
  }

  @Test
  void fleetThatDoesNotAnswerIsLeftOut() {
    CompletableFuture<Answer> answer = server.send("GET", "/metrics", "");
    service.expect(SamplingService.GetFleet.class);

    assertThat(answer.join().status()).isEqualTo(200);
    assertThat(lines(answer.join()))
        .anyMatch(line -> line.startsWith("jvm_memory_used_bytes"))
        .noneMatch(line -> line.startsWith("stepwise_queue_images"));
  }

  @Test
  void requestsAndConnectionsAreCounted() {
    server.get("/v2/health/live");
    server.get("/nowhere/4711");
    try (RawConnection idle = server.connect()) {
      idle.send("GET /v2/health/live HTTP/1.1\nHost: x\n\n");
      idle.receive();
      CompletableFuture<Answer> answer = server.send("GET", "/metrics", "");
      service.expect(SamplingService.GetFleet.class).replyTo().tell(FLEET);

      assertThat(lines(answer.join()))
          .anyMatch(
              line ->
                  line.startsWith(
                      "stepwise_http_requests_seconds_count{method=\"GET\","
                          + "route=\"/v2/health/live\",status=\"200\"} "))
          .anyMatch(line -> line.contains("route=\"other\",status=\"404\""))
          .anyMatch(line -> line.matches("stepwise_http_connections ([2-9]|1\\d)\\.0"))
          .noneMatch(line -> line.contains("4711"));
    }
  }

  private static List<String> lines(Answer answer) {
    return new String(answer.body(), StandardCharsets.UTF_8).lines().toList();
  }
}
