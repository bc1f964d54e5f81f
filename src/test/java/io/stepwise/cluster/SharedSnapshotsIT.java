package io.stepwise.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.sampling.Activation;
import io.stepwise.sampling.GeneratedImage;
import io.stepwise.sampling.GenerationRequest;
import io.stepwise.sampling.GenerationResult;
import io.stepwise.sampling.ModelReadiness;
import io.stepwise.sampling.ModelVersions;
import io.stepwise.sampling.SamplingClient;
import io.stepwise.snapshot.Snapshot;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.assertj.core.api.ThrowableAssert;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes with folders of their own, of which one has a new version. */
final class SharedSnapshotsIT {

  @TempDir Path folder;

  private final List<StoringNode> nodes = new ArrayList<>();
  private StoringNode gateway;
  private StoringNode sampler;
  private SamplingClient client;

  @BeforeEach
  void startCluster() {
    gateway = join("gateway");
    sampler = join("sampler");
    client = gateway.startGateway();
    sampler.startSampler();
    eventually(() -> assertThat(replicas()).isEqualTo(1));
  }

  @AfterEach
  void stopCluster() {
    nodes.forEach(node -> node.node.gate.release(1_000_000));
    for (int i = nodes.size() - 1; i >= 0; i--) {
      nodes.get(i).stop();
    }
  }

  @Test
  void publishedVersionReachesNodesWithFoldersOfTheirOwnWhileImagesAreMade() {
    StoringNode trainer = join("trainer");
    String base = current();
    CompletionStage<GenerationResult> underWay = generate("under-way");
    sampler.letThrough(5);

    Snapshot published = trainer.publish(1);

    eventuallyPassing(() -> assertThat(current()).isEqualTo(published.digest()));
    CompletionStage<GenerationResult> renewed = generate("renewed");
    sampler.node.openGate();
    assertThat(completed(underWay).snapshot()).isEqualTo(base);
    assertThat(completed(renewed).snapshot()).isEqualTo(published.digest());
    assertThat(sampler.has(published.digest())).isTrue();
    assertThat(gateway.has(published.digest())).isTrue();
    eventually(() -> assertThat(sampler.store.current()).contains(published));
    eventually(() -> assertThat(gateway.store.current()).contains(published));
  }

  @Test
  void activationOverOneGatewayHoldsForAllAndCanBeTakenBack() {
    sampler.node.openGate();
    StoringNode other = join("other");
    SamplingClient second = other.startGateway();
    String base = current();
    String added = sampler.add(1).digest();

    eventually(() -> assertThat(activate(added, 0.25)).isEqualTo(new Activation.Activated(added)));
    eventually(
        () ->
            assertThat(versions(second).canary()).isEqualTo(new ModelVersions.Canary(added, 0.25)));
    assertThat(activate(added, null)).isEqualTo(new Activation.Activated(added));
    eventually(() -> assertThat(versions(second).current()).isEqualTo(added));
    assertThat(versions(second).canary()).isNull();
    assertThat(activate(base, null)).isEqualTo(new Activation.Activated(base));
    eventually(() -> assertThat(versions(second).current()).isEqualTo(base));
    assertThat(completed(second.generate(request("back"))).snapshot()).isEqualTo(base);
  }

  @Test
  void nodeThatJoinsLateTakesNoWorkBeforeItHasTheCurrentVersion() {
    sampler.node.openGate();
    String added = sampler.add(1).digest();
    eventually(() -> assertThat(activate(added, null)).isInstanceOf(Activation.Activated.class));
    StoringNode late = join("late");
    late.node.openGate();
    late.startSampler();

    eventually(() -> assertThat(replicas()).isEqualTo(2));

    assertThat(late.has(added)).isTrue();
    assertThat(late.loaded).startsWith(added);
    eventually(() -> assertThat(late.store.current().orElseThrow().digest()).isEqualTo(added));
  }

  @Test
  void imagesOfALostSamplerGoOnElsewhereWithTheWeightsThatTheyBeganWith() {
    String base = current();
    CompletionStage<GenerationResult> underWay = generate("moved");
    sampler.letThrough(20);
    String added = gateway.add(1).digest();
    CompletionStage<Activation> activation = client.activate("tiny", added, null);
    StoringNode late = join("late");
    late.node.openGate();
    late.startSampler();
    eventuallyPassing(() -> assertThat(replicas()).isEqualTo(2));
    eventuallyPassing(() -> assertThat(activation.toCompletableFuture()).isDone());
    assertThat(activation.toCompletableFuture().join()).isInstanceOf(Activation.Activated.class);

    sampler.node.kit.system().terminate();
    sampler.node.openGate();

    GenerationResult.Completed moved = completed(underWay);
    assertThat(moved.snapshot()).isEqualTo(base);
    assertThat(current()).isEqualTo(added);
    assertSameImages(moved, alone(base));
  }

  @Test
  void nodesWithOneFolderGetNothingFromEachOther() {
    sampler.node.openGate();
    StoringNode beside = join("sampler");
    beside.node.openGate();
    beside.startSampler();
    String added = sampler.add(1).digest();

    eventually(() -> assertThat(activate(added, null)).isInstanceOf(Activation.Activated.class));

    eventually(() -> assertThat(replicas()).isEqualTo(2));
    assertThat(beside.has(added)).isTrue();
    assertThat(folder.resolve("sampler/tiny/staging")).isEmptyDirectory();
    assertThat(sampler.store.problems()).isEmpty();
  }

  private StoringNode join(String name) {
    StoringNode node = new StoringNode(folder, name);
    nodes.add(node);
    node.join(nodes.get(0), nodes.size());
    return node;
  }

  private CompletionStage<GenerationResult> generate(String id) {
    return client.generate(request(id));
  }

  private static GenerationRequest request(String id) {
    return GenerationRequest.builder(id).n(8).seed(5L).steps(50).build();
  }

  private static GenerationResult.Completed completed(CompletionStage<GenerationResult> result) {
    GenerationResult ended = result.toCompletableFuture().join();
    assertThat(ended).as("%s", ended).isInstanceOf(GenerationResult.Completed.class);
    assertThat(((GenerationResult.Completed) ended).failures()).isEmpty();
    return (GenerationResult.Completed) ended;
  }

  /** Returns what one version makes of the request, all of it on one sampler. */
  private GenerationResult.Completed alone(String version) {
    assertThat(activate(version, null)).isInstanceOf(Activation.Activated.class);
    return completed(generate("alone"));
  }

  private static void assertSameImages(
      GenerationResult.Completed result, GenerationResult.Completed expected) {
    assertThat(result.images()).hasSameSizeAs(expected.images());
    for (int i = 0; i < expected.images().size(); i++) {
      assertThat(pixels(result.images().get(i)))
          .containsExactly(pixels(expected.images().get(i)), Offset.offset(1e-3f));
    }
  }

  private static float[] pixels(GeneratedImage image) {
    float[] pixels = new float[image.png().length / Float.BYTES];
    ByteBuffer.wrap(image.png()).asFloatBuffer().get(pixels);
    return pixels;
  }

  private Activation activate(String version, Double share) {
    return client.activate("tiny", version, share).toCompletableFuture().join();
  }

  private String current() {
    return versions(client).current();
  }

  private static ModelVersions versions(SamplingClient of) {
    return of.versions("tiny").toCompletableFuture().join();
  }

  private int replicas() {
    return (int)
        client.readiness().toCompletableFuture().join().models().get(0).replicas().stream()
            .filter(replica -> replica.state() == ModelReadiness.State.READY)
            .count();
  }

  private void eventually(ThrowableAssert.ThrowingCallable assertion) {
    TestProbe<Object> waiting = gateway.node.kit.createTestProbe();
    waiting.awaitAssert(
        TestNode.PATIENCE,
        Duration.ofMillis(200),
        () -> {
          try {
            assertion.call();
          } catch (RuntimeException | Error e) {
            throw e;
          } catch (Throwable e) {
            throw new AssertionError(e);
          }
          return null;
        });
  }

  /** Waits for what needs a step now and then. */
  private void eventuallyPassing(ThrowableAssert.ThrowingCallable assertion) {
    eventually(
        () -> {
          nodes.forEach(node -> node.node.gate.release(node.node.gate.hasQueuedThreads() ? 1 : 0));
          assertion.call();
        });
  }
}
