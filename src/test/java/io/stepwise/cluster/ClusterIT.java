package io.stepwise.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.network.ToyModel;
import io.stepwise.sampling.FleetEvent;
import io.stepwise.sampling.GeneratedImage;
import io.stepwise.sampling.GenerationEvent;
import io.stepwise.sampling.GenerationRequest;
import io.stepwise.sampling.GenerationResult;
import io.stepwise.sampling.ModelReadiness;
import io.stepwise.sampling.SamplingClient;
import io.stepwise.sampling.SamplingService;
import io.stepwise.sampling.SamplingService.Detail;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A gateway and two samplers, of which one or the other is lost, and comes back. */
final class ClusterIT {

  private static final int REQUESTS = 6;
  private static final int IMAGES = 3;
  private static final int STEPS = 30;

  /** All of 127.0.0.0/8 is this machine: connections from here are told from others by it. */
  private static final String LOST_ADDRESS = "127.0.0.2";

  private static final Map<String, List<byte[]>> ALONE = alone();

  private final List<TestProbe<GenerationEvent>> callers = new ArrayList<>();
  private LinkedNode linkedGateway;
  private LinkedNode linkedStaying;
  private LinkedNode linkedLost;
  private TestNode gateway;
  private TestNode staying;
  private TestNode lost;
  private SamplingClient client;

  @BeforeEach
  void startCluster() throws IOException {
    linkedGateway = LinkedNode.start("127.0.0.1");
    linkedStaying = LinkedNode.start("127.0.0.1");
    linkedLost = LinkedNode.start(LOST_ADDRESS);
    gateway = linkedGateway.node();
    staying = linkedStaying.node();
    lost = linkedLost.node();
    gateway.join(gateway, 1);
    staying.join(gateway, 2);
    lost.join(gateway, 3);
    client = gateway.startGateway();
    staying.startSampler();
    lost.startSampler();
    awaitReplicas(2);
  }

  @AfterEach
  void stopCluster() {
    CompletableFuture.allOf(
            Stream.of(linkedLost, linkedStaying, linkedGateway)
                .map(node -> CompletableFuture.runAsync(node::stop))
                .toArray(CompletableFuture<?>[]::new))
        .join();
  }

  @Test
  void imagesOfANodeThatEndsSuddenlyGoOnElsewhereWithTheSamePixels() {
    beginEverywhere();

    lost.kit.system().terminate();
    lost.openGate();

    expectEverything();
  }

  @Test
  void nodeThatIsCutOffEndsItselfAndItsImagesGoOnElsewhereWithTheSamePixels()
      throws UnknownHostException {
    beginEverywhere();

    InetAddress address = InetAddress.getByName(LOST_ADDRESS);
    linkedLost.link().cut();
    linkedGateway.link().cutFrom(address);
    linkedStaying.link().cutFrom(address);

    expectEverything();
    lost.openGate();
    lost.awaitEnd();
  }

  @Test
  void samplerThatBeginsAnewAtItsAddressMakesImagesAgain() {
    lost.kit.system().terminate();
    awaitReplicas(1);
    lost.awaitEnd();

    linkedLost = linkedLost.startAnew();
    lost = linkedLost.node();
    lost.startSampler();
    lost.join(gateway, 3);
    awaitReplicas(2);
    lost.openGate();
    staying.openGate();
    generate();

    expectEverything();
  }

  @Test
  void gatewayThatBeginsAnewAtItsAddressIsServedByAllSamplers() {
    gateway.kit.system().terminate();
    gateway.awaitEnd();

    linkedGateway = linkedGateway.startAnew();
    gateway = linkedGateway.node();
    client = gateway.startGateway();
    gateway.join(staying, 3);
    awaitReplicas(2);
    lost.openGate();
    staying.openGate();
    generate();

    expectEverything();
  }

  @Test
  void imagesOfANodeThatLeavesAreMovedAway() {
    beginEverywhere();
    lost.openGate();

    lost.leave();

    expectEverything();
  }

  @Test
  void whoeverWatchesTheFleetIsToldOfBatchesOnAllNodesByTheirNames() {
    TestProbe<FleetEvent> watcher = gateway.kit.createTestProbe();
    client.watchFleet(watcher.ref());
    beginEverywhere();
    lost.openGate();

    Map<String, Set<String>> generations = new HashMap<>();
    while (generations.size() < 2) {
      if (watcher.receiveMessage() instanceof FleetEvent.BatchFinished batch) {
        Set<String> there = generations.computeIfAbsent(batch.node(), node -> new HashSet<>());
        batch.images().forEach(image -> there.add(image.generation()));
      }
    }

    assertThat(generations.keySet()).containsExactlyInAnyOrder(staying.name(), lost.name());
    assertThat(generations.values())
        .allSatisfy(there -> assertThat(there).isNotEmpty().isSubsetOf(ALONE.keySet()));
    expectEverything();
  }

  /** Has images begun on both samplers, some of them more than one report old. */
  private void beginEverywhere() {
    generate();
    lost.gate.release(40);
    staying.gate.release(40);
    TestProbe<Object> waiting = gateway.kit.createTestProbe();
    waiting.awaitAssert(() -> assertThat(lost.gate.availablePermits()).isZero());
    staying.openGate();
  }

  private void generate() {
    for (int i = 0; i < REQUESTS; i++) {
      TestProbe<GenerationEvent> caller = gateway.kit.createTestProbe();
      client.generate(request(i), Detail.STEPS, caller.ref());
      callers.add(caller);
    }
  }

  private void expectEverything() {
    for (TestProbe<GenerationEvent> caller : callers) {
      Map<Integer, Integer> steps = new HashMap<>();
      Map<Integer, byte[]> images = new HashMap<>();
      GenerationEvent event = caller.receiveMessage();
      while (!(event instanceof GenerationResult)) {
        if (event instanceof GenerationEvent.StepFinished step) {
          assertThat(step.step()).isEqualTo(steps.merge(step.index(), 1, Integer::sum));
        } else if (event instanceof GenerationEvent.ImageFinished finished) {
          assertThat(images.put(finished.image().index(), finished.image().png())).isNull();
        }
        event = caller.receiveMessage();
      }
      assertThat(event).isInstanceOf(GenerationResult.Completed.class);
      GenerationResult.Completed completed = (GenerationResult.Completed) event;
      assertThat(completed.failures()).isEmpty();
      assertThat(steps.values()).hasSize(IMAGES).containsOnly(STEPS);
      List<byte[]> pixels = completed.images().stream().map(GeneratedImage::png).toList();
      assertThat(pixels).usingRecursiveComparison().isEqualTo(ALONE.get(completed.id()));
      assertThat(images).hasSize(IMAGES);
    }
  }

  /** Returns the images of all requests as a service of one process makes them. */
  private static Map<String, List<byte[]>> alone() {
    ActorTestKit kit = ActorTestKit.create();
    try {
      SamplingClient service =
          new SamplingClient(
              kit.spawn(
                  SamplingService.create(
                      List.of(TestNode.served(ToyModel.named("toy"))),
                      ClusterToys.options(),
                      TestNode.RAW)),
              kit.system(),
              ClusterToys.options().requests().maxDeadline());
      Map<String, List<byte[]>> images = new HashMap<>();
      IntStream.range(0, REQUESTS)
          .mapToObj(i -> service.generate(request(i)).toCompletableFuture().join())
          .map(GenerationResult.Completed.class::cast)
          .forEach(
              result ->
                  images.put(
                      result.id(), result.images().stream().map(GeneratedImage::png).toList()));
      return images;
    } finally {
      kit.shutdownTestKit();
    }
  }

  private static GenerationRequest request(int number) {
    return GenerationRequest.builder("request-" + number)
        .n(IMAGES)
        .seed((long) number)
        .steps(STEPS)
        .build();
  }

  private void awaitReplicas(int expected) {
    TestProbe<Object> waiting = gateway.kit.createTestProbe();
    waiting.awaitAssert(() -> assertThat(replicas()).isEqualTo(expected));
  }

  private int replicas() {
    return (int)
        client.readiness().toCompletableFuture().join().models().get(0).replicas().stream()
            .filter(replica -> replica.state() == ModelReadiness.State.READY)
            .count();
  }
}
