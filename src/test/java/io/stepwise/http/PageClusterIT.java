package io.stepwise.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.sampling.Fleet;
import io.stepwise.sampling.FleetEvent;
import io.stepwise.sampling.ModelReadiness;
import io.stepwise.sampling.SamplingService;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the page shows of replicas on several nodes. */
final class PageClusterIT {

  private static final List<String> NODES = List.of("10.0.0.3:7355", "10.0.0.4:7355");

  @TempDir static Path folder;

  @Test
  void replicasOfTwoNodesAreToldApart() {
    ActorTestKit kit = ActorTestKit.create();
    StandIn service = new StandIn(kit, 12);
    try (TestServer server = TestServer.start(kit.system(), service.ref());
        Browser browser = Browser.start(folder)) {
      browser.look(1440, 900, "light");
      browser.open(server.uri("/"));
      ActorRef<FleetEvent> watcher = watcher(service);
      watcher.tell(new FleetEvent.Changed(fleet()));
      NODES.forEach(node -> IntStream.range(0, 3).forEach(id -> watcher.tell(batch(node, id))));
      watcher.tell(batch(NODES.get(0), 3));

      browser.await(".replica:nth-child(1)[data-batches='4']");
      browser.await(".replica:nth-child(2)[data-batches='3']");

      assertThat(browser.find(".replica:nth-child(1) .name").getText())
          .isEqualTo("toy · 10.0.0.3:7355/replica-0");
      assertThat(browser.find(".replica:nth-child(2) .name").getText())
          .isEqualTo("toy · 10.0.0.4:7355/replica-0");
      assertThat(browser.find(".replica:nth-child(2) canvas").getDomAttribute("aria-label"))
          .startsWith("Batches of toy, replica 10.0.0.4:7355/replica-0.");
    } finally {
      kit.shutdownTestKit();
    }
  }

  /** Returns who watches when the page does; other questions stay unanswered. */
  private static ActorRef<FleetEvent> watcher(StandIn service) {
    return Stream.generate(() -> service.expect(SamplingService.Command.class))
        .filter(SamplingService.WatchFleet.class::isInstance)
        .map(SamplingService.WatchFleet.class::cast)
        .findFirst()
        .orElseThrow()
        .watcher();
  }

  private static Fleet fleet() {
    Fleet.Replica replica = new Fleet.Replica(0, ModelReadiness.State.READY, "", 0);
    return new Fleet(
        false,
        3,
        1000,
        List.of(
            new Fleet.Model(
                "toy", "abc", List.of("abc"), 2, 1, 16, NODES.stream().map(replica::on).toList())));
  }

  private static FleetEvent batch(String node, int id) {
    return new FleetEvent.BatchFinished(
        "toy",
        node,
        0,
        "abc",
        id,
        Instant.now().minusMillis(500L - 100L * id),
        Duration.ofMillis(90),
        3,
        List.of(new FleetEvent.Member("g", id, 3, 50)));
  }
}
