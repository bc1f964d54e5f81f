package io.stepwise.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stepwise.sampling.SamplingClient;
import io.stepwise.sampling.SamplingService;
import java.net.ConnectException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class ShutdownIT {

  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final Duration LONG = Duration.ofMinutes(5);

  private final ServiceProbe service = new ServiceProbe(KIT);

  @AfterAll
  static void stopSystem() {
    KIT.shutdownTestKit();
  }

  @Test
  void stoppingServerGivesTheAnswersThatAreBeingMade() {
    TestServer server = TestServer.start(KIT.system(), service.ref());
    try (RawConnection busy = server.connect();
        RawConnection idle = server.connect()) {
      idle.send("GET /v2/health/live HTTP/1.1\nHost: x\n\n");
      assertThat(idle.receive().status()).isEqualTo(200);
      CompletableFuture<Answer> answer = server.postLater("{\"id\": \"kept-alive\"}");
      SamplingService.Generate first = service.expectGenerate();
      busy.send(
          """
          POST /v1/images/generations HTTP/1.1
          Host: x
          Content-Type: application/json
          Content-Length: 14

          {"id": "busy"}\
          """);
      SamplingService.Generate second = service.expectGenerate();

      CompletableFuture<Done> stopped = server.server().stop(LONG).toCompletableFuture();
      assertThat(idle.receivesNothingMore()).isTrue();
      assertThatThrownBy(server::connect).hasCauseInstanceOf(ConnectException.class);
      assertThat(stopped).isNotDone();

      ServiceProbe.complete(first);
      ServiceProbe.complete(second);
      assertThat(answer.join().status()).isEqualTo(200);
      Answer last = busy.receive();
      assertThat(last.header("X-Request-Id")).contains("busy");
      assertThat(last.header("Connection")).contains("close");
      assertThat(busy.receivesNothingMore()).isTrue();
      assertThat(stopped.join()).isEqualTo(Done.getInstance());
    }
  }

  @Test
  void whatIsNotAnsweredInTheGraceIsBrokenOffAndCancelled() {
    TestServer server = TestServer.start(KIT.system(), service.ref());
    CompletableFuture<Answer> answer = server.postLater("{\"id\": \"endless\"}");
    service.expectGenerate();
    server.server().stop(Duration.ofMillis(100)).toCompletableFuture().join();
    assertThat(service.expect(SamplingService.Leave.class).id()).isEqualTo("endless");
    assertThat(answer.handle((given, failure) -> failure == null ? given.code() : "reset").join())
        .isIn("draining", "reset");
  }

  @Test
  void addressInUseFailsTheStart() {
    try (TestServer server = TestServer.start(KIT.system(), service.ref())) {
      CompletableFuture<HttpServer> second =
          HttpServer.start(
                  KIT.system(),
                  new SamplingClient(service.ref(), KIT.system(), LONG),
                  Optional.empty(),
                  TestServer.settings("127.0.0.1", server.server().address().getPort()),
                  server.meters())
              .toCompletableFuture();
      assertThatThrownBy(second::join)
          .hasMessageContaining("127.0.0.1:" + server.server().address().getPort());
    }
  }
}
