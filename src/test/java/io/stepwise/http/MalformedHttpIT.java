package io.stepwise.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MalformedHttpIT {

  private final ActorTestKit kit = ActorTestKit.create();
  private final TestServer server = TestServer.start(kit.system(), new ServiceProbe(kit).ref());

  @AfterAll
  void stop() {
    server.close();
    kit.shutdownTestKit();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "hello world                                 | 400",
        "nothing with a space                        | 400",
        "GET /v1/models                              | 400",
        "GET /v1/models HTTP/1.1                     | 400", // no Host
        "GET /v1/mo dels HTTP/1.1~Host: x            | 400",
        "GET /v1/models/%zz HTTP/1.1~Host: x         | 400",
        "GET /v1/models?a=%%% HTTP/1.1~Host: x       | 400",
        "GET http://[::1 HTTP/1.1~Host: x            | 400",
        "GET /v1/models HTTP/1.1~Host: x~Host: y     | 400",
        "GET /v1/models HTTP/1.1~Host: a b c         | 400",
        "GET /v1/models HTTP/1.1~Host: x~No colon    | 400",
        "POST /v1/models HTTP/1.1~Host: x~Content-Length: many | 400",
        "POST /v1/models HTTP/1.1~Host: x~Content-Length: -1   | 400",
        "POST /v1/models HTTP/1.1~Host: x~Content-Length: 1~Content-Length: 2 | 400",
        "CONNECT x:80 HTTP/1.1~Host: x               | 400",
        "BREW /v1/models HTTP/1.1~Host: x            | 400",
        "GET /v1/models HTTP/3.0~Host: x             | 400",
      })
  void whatIsNoHttpIsAnsweredInTheSameShape(String head, int status) {
    try (RawConnection client = server.connect()) {
      Answer answer = client.send(head.replace('~', '\n') + "\n\n").receive();
      assertThat(answer.status()).isEqualTo(status);
      assertThat(answer.code()).isEqualTo("malformed_request");
      assertThat(answer.message()).isNotBlank();
      assertThat(answer.header("Content-Type")).contains("application/json");
    }
    assertStillServes();
  }

  @Test
  void pathBeyondItsLimitIsAnswered414() {
    assertStatus("GET /" + "x".repeat(3000) + " HTTP/1.1\nHost: x\n\n", 414);
  }

  @Test
  void headersBeyondTheirLimitsAreAnswered4xx() {
    assertStatus("GET / HTTP/1.1\nHost: x\nX-Long: " + "x".repeat(10_000) + "\n\n", 431);
    assertStatus("GET / HTTP/1.1\nHost: x\n" + "X-Many: x\n".repeat(100) + "\n", 400);
  }

  @Test
  void chunkThatIsNoneIsAnswered400() {
    assertStatus(
        """
        POST /v1/images/generations HTTP/1.1
        Host: x
        Content-Type: application/json
        Transfer-Encoding: chunked

        zz
        {}
        0

        """,
        400);
  }

  @Test
  void nothingButZeroesIsAnswered400() {
    try (RawConnection client = server.connect()) {
      assertThat(client.send(new byte[4096]).receive().status()).isEqualTo(400);
    }
    assertStillServes();
  }

  private void assertStatus(String request, int status) {
    try (RawConnection client = server.connect()) {
      Answer answer = client.send(request).receive();
      assertThat(answer.status()).isEqualTo(status);
      assertThat(answer.code()).isEqualTo("malformed_request");
    }
    assertStillServes();
  }

  private void assertStillServes() {
    assertThat(server.get("/v2/health/live").status()).isEqualTo(200);
  }
}
