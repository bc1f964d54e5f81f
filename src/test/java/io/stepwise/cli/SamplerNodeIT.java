package io.stepwise.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A process that is a sampler alone, as whoever runs it watches it. */
final class SamplerNodeIT {

  @Test
  void samplerTellsProbesThatItIsReadyAndMetricsOfItsReplicas()
      throws IOException, InterruptedException {
    Map<String, String> variables =
        Map.of(
            "STEPWISE_CLUSTER_ENABLED",
            "true",
            "STEPWISE_CLUSTER_ROLES",
            "sampler",
            "STEPWISE_CLUSTER_PORT",
            Integer.toString(freePort()));
    try (ServerProcess node = ServerProcess.start(List.of(), variables)) {
      assertThat(node.get("/v2/health/live").statusCode()).isEqualTo(200);
      node.awaitReady();
      assertThat(node.get("/metrics").body().lines())
          .contains("stepwise_replicas_ready{model=\"fashion-mnist\"} 1.0")
          .anyMatch(line -> line.startsWith("jvm_memory_used_bytes"));
      assertThat(node.get("/v1/models").statusCode()).isEqualTo(404);

      node.terminate();
      assertThat(node.awaitExit()).isTrue();
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
