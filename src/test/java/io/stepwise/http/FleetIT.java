package io.stepwise.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.stepwise.sampling.Fleet;
import io.stepwise.sampling.FleetEvent;
import io.stepwise.sampling.ModelReadiness;
import io.stepwise.sampling.SamplingService;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The fleet, asked for and watched. */
class FleetIT {

  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final String FLEET =
      "{\"draining\":false,\"unfinished_images\":3,\"max_unfinished_images\":1000,\"models\":["
          + "{\"name\":\"toy\",\"snapshot\":\"abc\",\"snapshots\":[\"abc\",\"def\"],\"waiting_images\":2,\"in_flight_images\":1,"
          + "\"batch_rows\":16,\"replicas\":[{\"slot\":0,\"state\":\"cannot_start\","
          + "\"detail\":\"no weights\",\"restarts\":4}]}]}";

  private final StandIn service = new StandIn(KIT, 12);
  private final TestServer server = TestServer.start(KIT.system(), service.ref());

  @AfterEach
  void stop() {
    server.close();
  }

  @AfterAll
  static void stopSystem() {
    KIT.shutdownTestKit();
  }

  @Test
  void fleetIsToldAsItIs() {
    CompletableFuture<Answer> answer = server.send("GET", "/v1/fleet", "");
    service.expect(SamplingService.GetFleet.class).replyTo().tell(fleet(3));
    assertThat(answer.join().status()).isEqualTo(200);
    assertThat(answer.join().json().toString()).isEqualTo(FLEET);
  }

  @Test
  void watcherIsToldOfTheFleetAndOfBatches() {
    SocketClient client = server.open();
    ActorRef<FleetEvent> watcher = watch(client);
    watcher.tell(new FleetEvent.Changed(fleet(3)));
    JsonNode fleet = client.next("fleet").json();
    assertThat(fleet.path("fleet").toString()).isEqualTo(FLEET);

    watcher.tell(batch(17));
    watcher.tell(batch(18));
    List<JsonNode> batches = new ArrayList<>();
    while (batches.size() < 2) {
      JsonNode told = client.next("batches").json();
      assertThat(told.path("dropped").asInt()).isZero();
      told.path("batches").forEach(batches::add);
    }
    assertThat(batches).hasSize(2);
    assertThat(batches.get(0).toString())
        .isEqualTo(
            "{\"model\":\"toy\",\"replica\":1,\"batch\":17,\"started_ms\":1700000000123,"
                + "\"run_ms\":12.5,\"rows\":3,\"snapshot\":\"abc\",\"images\":["
                + "{\"generation\":\"g\",\"index\":2,\"step\":3,\"of\":50}]}");
  }

  @Test
  void batchesThatAWatcherIsTooSlowForAreCounted() {
    SocketClient client = server.open();
    ActorRef<FleetEvent> watcher = watch(client);
    for (int i = 0; i < 1000; i++) {
      watcher.tell(batch(i));
    }
    long told = 0;
    long dropped = 0;
    while (told + dropped < 1000) {
      JsonNode batches = client.next("batches").json();
      told += batches.path("batches").size();
      dropped += batches.path("dropped").asLong();
    }
    assertThat(told + dropped).isEqualTo(1000);
  }

  @Test
  void batchesThatNobodyWasToldOfAreCounted() {
    SocketClient client = server.open();
    ActorRef<FleetEvent> watcher = watch(client);
    watcher.tell(new FleetEvent.BatchesDropped(30));
    watcher.tell(batch(31));

    assertThat(client.next("batches").json().path("dropped").asLong()).isEqualTo(30);
  }

  @Test
  void replicasAndBatchesOfAClusterNameTheirNodes() {
    SocketClient client = server.open();
    ActorRef<FleetEvent> watcher = watch(client);
    Fleet.Model toy = fleet(3).models().get(0);
    Fleet.Replica replica = toy.replicas().get(0).on("10.0.0.3:7355");
    Fleet.Model there = new Fleet.Model("toy", "abc", toy.snapshots(), 2, 1, 16, List.of(replica));
    watcher.tell(new FleetEvent.Changed(new Fleet(false, 3, 1000, List.of(there))));
    watcher.tell(batch("10.0.0.3:7355", 17));

    assertThat(client.next("fleet").json().at("/fleet/models/0/replicas/0").toString())
        .isEqualTo(
            "{\"node\":\"10.0.0.3:7355\",\"slot\":0,\"state\":\"cannot_start\","
                + "\"detail\":\"no weights\",\"restarts\":4}");
    assertThat(client.next("batches").json().at("/batches/0/node").asText())
        .isEqualTo("10.0.0.3:7355");
  }

  @Test
  void watcherThatUnwatchesIsToldNoMore() {
    SocketClient client = server.open();
    ActorRef<FleetEvent> watcher = watch(client);
    client.send("{\"type\": \"unwatch\", \"topic\": \"fleet\"}");
    assertThat(service.expect(SamplingService.UnwatchFleet.class).watcher()).isEqualTo(watcher);
    watcher.tell(new FleetEvent.Changed(fleet(3)));
    client.send("{\"type\": \"ping\"}");
    assertThat(client.next().type()).isEqualTo("pong");
  }

  @Test
  void watcherWhoseConnectionIsLostUnwatches() {
    SocketClient client = server.open();
    ActorRef<FleetEvent> watcher = watch(client);
    client.abort();
    assertThat(service.expect(SamplingService.UnwatchFleet.class).watcher()).isEqualTo(watcher);
  }

  private ActorRef<FleetEvent> watch(SocketClient client) {
    client.send("{\"type\": \"watch\", \"topic\": \"fleet\"}");
    return service.expect(SamplingService.WatchFleet.class).watcher();
  }

  private static FleetEvent batch(long id) {
    return batch("", id);
  }

  private static FleetEvent batch(String node, long id) {
    return new FleetEvent.BatchFinished(
        "toy",
        node,
        1,
        "abc",
        id,
        Instant.ofEpochMilli(1_700_000_000_123L),
        Duration.ofNanos(12_500_000),
        3,
        List.of(new FleetEvent.Member("g", 2, 3, 50)));
  }

  private static Fleet fleet(int unfinished) {
    Fleet.Replica replica =
        new Fleet.Replica(0, ModelReadiness.State.CANNOT_START, "no weights", 4);
    Fleet.Model model =
        new Fleet.Model("toy", "abc", List.of("abc", "def"), 2, 1, 16, List.of(replica));
    return new Fleet(false, unfinished, 1000, List.of(model));
  }
}
