package io.stepwise.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.sampling.SamplingService;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BodyLimitsIT {

  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final int FIFTY_MB = 50_000_000;

  private final TestProbe<SamplingService.Command> service = KIT.createTestProbe();
  private final TestServer server = start(Duration.ofSeconds(20));

  private TestServer start(Duration bodyTimeout) {
    return TestServer.start(
        KIT.system(),
        service.ref(),
        TestServer.settings(bodyTimeout, Duration.ofMinutes(5)),
        HttpServer.Times.STANDARD);
  }

  @AfterEach
  void stopServer() {
    server.close();
  }

  @AfterAll
  static void stopSystem() {
    KIT.shutdownTestKit();
  }

  @Test
  void bodyOfFiftyMegabytesIsAnswered413() {
    Answer answer =
        server
            .send(
                HttpRequest.newBuilder(server.uri("/v1/images/generations"))
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofByteArray(new byte[FIFTY_MB]))
                    .build())
            .join();
    assertThat(answer.status()).isEqualTo(413);
    assertThat(answer.message())
        .isEqualTo("body: more than 1048576 bytes (expected: at most 1048576)");
    assertStillServes();
  }

  @Test
  void clientThatSendsAllBeforeItReadsIsAnswered413AndKeepsItsConnection() {
    try (RawConnection client = server.connect()) {
      client.send(
          """
          POST /v1/images/generations HTTP/1.1
          Host: x
          Content-Type: application/json
          Content-Length: 50000000

          """);
      assertThat(client.send(new byte[FIFTY_MB]).receive().status()).isEqualTo(413);
      client.send("GET /v2/health/live HTTP/1.1\nHost: x\n\n");
      assertThat(client.receive().status()).isEqualTo(200);
    }
  }

  @Test
  void bodyOfFiftyMegabytesWithoutLengthIsAnswered413() {
    Answer answer =
        server
            .send(
                HttpRequest.newBuilder(server.uri("/v1/images/generations"))
                    .header("Content-Type", "application/json")
                    .POST(
                        BodyPublishers.ofInputStream(
                            () -> new ByteArrayInputStream(new byte[FIFTY_MB])))
                    .build())
            .join();
    assertThat(answer.status()).isEqualTo(413);
    assertThat(answer.code()).isEqualTo("body_too_large");
    assertStillServes();
  }

  @Test
  void bodyThatStopsHalfWayIsAnswered408AndItsConnectionClosed() {
    try (TestServer impatient = start(Duration.ofMillis(200));
        RawConnection client = impatient.connect()) {
      client.send(
          """
          POST /v1/images/generations HTTP/1.1
          Host: x
          Content-Type: application/json
          Content-Length: 100

          {"prompt":\
          """);
      Answer answer = client.receive();
      assertThat(answer.status()).isEqualTo(408);
      assertThat(answer.message()).contains("not complete after 200 ms");
      assertThat(client.receivesNothingMore()).isTrue();
    }
  }

  @Test
  void announcedBodyThatIsTooLargeIsNotAskedFor() {
    try (RawConnection client = server.connect()) {
      client.send(
          """
          POST /v1/images/generations HTTP/1.1
          Host: x
          Content-Type: application/json
          Content-Length: 50000000
          Expect: 100-continue

          """);
      assertThat(client.receive().status()).isEqualTo(413);
      assertThat(client.receivesNothingMore()).isTrue();
    }
  }

  private void assertStillServes() {
    assertThat(server.get("/v2/health/live").status()).isEqualTo(200);
  }
}
