package io.stepwise.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConnectionLimitIT {

  private static final String LIVE = "GET /v2/health/live HTTP/1.1\nHost: x\n\n";

  private final ActorTestKit kit = ActorTestKit.create();
  private final TestServer server =
      TestServer.start(
          kit.system(),
          new ServiceProbe(kit).ref(),
          TestServer.settings("max-connections = 3"),
          HttpServer.Times.STANDARD);

  @AfterAll
  void stop() {
    server.close();
    kit.shutdownTestKit();
  }

  @Test
  void connectionBeyondTheLimitIsAnswered503AndClosed() {
    List<RawConnection> open = open(3);
    try (RawConnection tooMany = server.connect()) {
      Answer answer = tooMany.send(LIVE).receive();
      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.code()).isEqualTo("too_many_connections");
      assertThat(answer.message()).isEqualTo("connections: too many (expected: at most 3)");
      assertThat(answer.header("Retry-After")).contains("5");
      assertThat(tooMany.receivesNothingMore()).isTrue();
    }
    try (RawConnection silent = server.connect()) {
      assertThat(silent.receivesNothingMore()).isTrue();
    }
    assertThat(server.meters().scrape())
        .contains("stepwise_refusals_total{reason=\"too_many_connections\"} 1.0");
    open.forEach(RawConnection::close);
  }

  @Test
  void closedConnectionMakesRoom() {
    awaitNoConnection();
    for (int i = 0; i < 5; i++) {
      List<RawConnection> open = open(3);
      open.forEach(RawConnection::close);
      awaitNoConnection();
    }
  }

  private List<RawConnection> open(int count) {
    List<RawConnection> open = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      RawConnection connection = server.connect();
      assertThat(connection.send(LIVE).receive().status()).isEqualTo(200);
      open.add(connection);
    }
    return open;
  }

  private void awaitNoConnection() {
    long end = System.nanoTime() + 10_000_000_000L;
    while (!server.meters().scrape().contains("stepwise_http_connections 0.0")) {
      assertThat(System.nanoTime()).isLessThan(end);
      Thread.onSpinWait();
    }
  }
}
