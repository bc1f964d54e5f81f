package io.stepwise.sampling;

import static io.stepwise.sampling.ServiceHarness.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.stepwise.network.ModelDescription;
import io.stepwise.network.NetworkException;
import io.stepwise.network.ToyModel;
import io.stepwise.sampling.ModelVersions.Canary;
import io.stepwise.sampling.SamplingService.Detail;
import io.stepwise.sampling.ServiceHarness.Gate;
import io.stepwise.snapshot.Snapshot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class VersionSwapTest {

  private static final ActorTestKit KIT = Toys.newKit();

  private final Gate gate = new Gate();
  private final ToyVersions versions = new ToyVersions(ToyModel.named("toy"));
  private @Nullable ServiceHarness started;

  @AfterAll
  static void stopKit() {
    KIT.shutdownTestKit();
  }

  @AfterEach
  void stop() {
    gate.open();
    if (started != null) {
      started.stop();
    }
  }

  @Test
  void imagesUnderWayFinishOnTheirVersionAndNewOnesBeginOnTheNew() {
    ToyVersions held = new ToyVersions(gate.hold(ToyModel.named("toy")));
    held.add(1, ToyModel.named("toy").version(1));
    ServiceHarness harness = start(held.served(2));
    TestProbe<GenerationEvent> underWay = harness.generate(request("a").steps(1000), Detail.RESULT);
    gate.letThrough(3);
    awaitImages(harness, held.digest(0), 3);

    activateBetweenSteps(harness, held.digest(1));
    GenerationResult.Completed renewed =
        (GenerationResult.Completed) betweenSteps(harness.client.generate(request("b").build()));

    assertThat(renewed.snapshot()).isEqualTo(held.digest(1));
    assertSamePixels(renewed, alone(held.digest(1), request("b")));
    assertThat(versions(harness).images()).containsEntry(held.digest(0), 3);
    gate.open();
    GenerationResult old = underWay.expectMessageClass(GenerationResult.Completed.class);
    assertThat(((GenerationResult.Completed) old).snapshot()).isEqualTo(held.digest(0));
    assertSamePixels(
        (GenerationResult.Completed) old, alone(held.digest(0), request("a").steps(1000)));
    eventually(() -> held.model(0).open() == 0);
    assertThat(versions(harness).images()).containsOnlyKeys(held.digest(1));
    assertThat(held.activated()).isEqualTo(held.digest(1));
  }

  @Test
  void publishedVersionIsServedAndTheModelTellsIt() {
    versions.add(1);
    ServiceHarness harness = start(versions.served(1));

    harness.service.tell(versions.announcement(1));

    eventually(() -> await(harness.client.models()).get(0).digest().equals(versions.digest(1)));
    assertThat(await(harness.client.fleet()).models().get(0).snapshot())
        .isEqualTo(versions.digest(1));
    assertThat(versions.activated()).as("the store has it current already").isEmpty();
  }

  @Test
  void newestOfSeveralThatArePublishedWinsAndThoseBetweenAreNotLoaded() {
    for (int number = 1; number <= 5; number++) {
      versions.add(number);
    }
    Semaphore reading = new Semaphore(0);
    versions.beforeLoading(reading::acquireUninterruptibly);
    ServiceHarness harness = start(versions.served(2));
    for (int number = 1; number <= 5; number++) {
      harness.service.tell(versions.announcement(number));
    }
    await(harness.client.models());

    reading.release(100);

    eventually(() -> versions(harness).current().equals(versions.digest(5)));
    eventually(() -> versions.openKernels() == 2);
    assertThat(versions.loads()).as("the first and the last").isEqualTo(2);
  }

  @Test
  void activationWaitsForThePublishedVersionThatIsBeingTakenInAndGoesBeforeTheNext() {
    for (int number = 1; number <= 3; number++) {
      versions.add(number);
    }
    Semaphore reading = new Semaphore(0);
    versions.beforeLoading(reading::acquireUninterruptibly);
    ServiceHarness harness = start(versions.served(1));
    harness.service.tell(versions.announcement(1));
    harness.service.tell(versions.announcement(3));
    CompletionStage<Activation> ordered = harness.client.activate("toy", versions.digest(2), null);

    assertThat(activate(harness, versions.digest(1)))
        .isEqualTo(
            new Activation.Refused(
                "version: another one is being taken into use, " + versions.digest(2)));
    reading.release(2);
    assertThat(await(ordered)).isEqualTo(new Activation.Activated(versions.digest(2)));
    assertThat(await(harness.client.models()).get(0).digest()).isEqualTo(versions.digest(2));
    reading.release(100);
    eventually(() -> versions(harness).current().equals(versions.digest(3)));
  }

  @Test
  void twentySwapsLeaveOneKernelOnEachReplica() {
    ServiceHarness harness = start(versions.served(2));
    for (int number = 1; number <= 20; number++) {
      versions.add(number);
      assertThat(activate(harness, versions.digest(number)))
          .isInstanceOf(Activation.Activated.class);
      assertThat(completed(harness, request("r-" + number)).snapshot())
          .isEqualTo(versions.digest(number));
    }

    eventually(() -> versions.openKernels() == 2);
    assertThat(versions(harness).images()).containsOnlyKeys(versions.digest(20));
    eventually(() -> versions.pinned().size() == 1);
  }

  @Test
  void earlierVersionIsActivatedByTheBeginningOfItsDigest() {
    String first = versions.add(1, ToyModel.of(describe("0123456789abcdef")));
    versions.add(2, ToyModel.of(describe("0123456889abcdef")));
    ServiceHarness harness = start(versions.served(1));

    assertThat(activate(harness, "0123456789")).isEqualTo(new Activation.Activated(first));
    for (String version : List.of("0123456", "01234568x", "nowhere", "")) {
      assertThat(activate(harness, version)).isInstanceOf(Activation.Unknown.class);
    }
    assertThat(versions(harness).current()).isEqualTo(first);
    assertThat(await(harness.client.activate("other", first, null)))
        .isEqualTo(new Activation.Unknown("model: \"other\" (expected: one of toy)"));
  }

  @Test
  void versionThatOneReplicaCannotLoadIsRefusedAndTheOldOneGoesOn() {
    Semaphore once = new Semaphore(1);
    ToyModel torn =
        ToyModel.named("toy")
            .version(1)
            .opening(
                () -> {
                  if (!once.tryAcquire()) {
                    throw new NetworkException("torn");
                  }
                });
    String digest = versions.add(1, torn);
    ServiceHarness harness = start(versions.served(2));

    Activation refused = activate(harness, digest);

    assertThat(refused).isInstanceOf(Activation.Refused.class);
    assertThat(((Activation.Refused) refused).message()).endsWith("cannot load it: torn");
    assertThat(completed(harness, request("a")).snapshot()).isEqualTo(versions.digest(0));
    assertThat(versions(harness).refused().digest()).isEqualTo(digest);
    assertThat(versions(harness).images()).containsOnlyKeys(versions.digest(0));
    eventually(() -> torn.open() == 0);
  }

  @Test
  void versionWithOtherLabelsIsRefused() {
    versions.add(1, ToyModel.of(otherLabels()));
    ServiceHarness harness = start(versions.served(1));

    assertThat(((Activation.Refused) activate(harness, "other labels")).message())
        .startsWith("version: other labels does not suit toy: labels: [");
  }

  @Test
  void storeThatCannotBeWrittenRefusesAnActivation() {
    String digest = versions.add(1);
    versions.beforeActivating(
        () -> {
          throw new IllegalStateException("store: read-only file system");
        });
    ServiceHarness harness = start(versions.served(1));

    assertThat(activate(harness, digest))
        .isEqualTo(new Activation.Refused("store: read-only file system"));
    assertThat(versions(harness).current()).isEqualTo(versions.digest(0));
    eventually(() -> versions.model(1).open() == 0);
  }

  @Test
  void activationWhileAnotherIsUnderWayIsRefused() {
    Semaphore reading = new Semaphore(0);
    versions.beforeLoading(reading::acquireUninterruptibly);
    String digest = versions.add(1);
    ServiceHarness harness = start(versions.served(1));
    CompletionStage<Activation> first = harness.client.activate("toy", digest, null);

    Activation second = await(harness.client.activate("toy", versions.digest(0), null));
    reading.release();

    assertThat(second)
        .isEqualTo(
            new Activation.Refused("version: another one is being taken into use, " + digest));
    assertThat(await(first)).isEqualTo(new Activation.Activated(digest));
  }

  @Test
  void canaryTakesItsShareUntilItIsPromoted() {
    String digest = versions.add(1);
    ServiceHarness harness = start(versions.served(1));

    await(harness.client.activate("toy", digest, 0.5));

    assertThat(versions(harness).canary()).isEqualTo(new Canary(digest, 0.5));
    List<String> snapshots = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      GenerationResult.Completed result = completed(harness, request("r-" + i));
      assertSamePixels(result, alone(result.snapshot(), request("r-" + i)));
      assertThat(completed(harness, request("again-" + i).seed((long) i)).snapshot())
          .isEqualTo(completed(harness, request("and-" + i).seed((long) i)).snapshot());
      snapshots.add(result.snapshot());
    }
    assertThat(snapshots).contains(digest, versions.digest(0));
    assertThat(versions.activated()).isEmpty();

    activate(harness, digest);

    assertThat(versions(harness).canary()).isNull();
    eventually(() -> versions.model(0).open() == 0);
  }

  @Test
  void canaryThatIsDroppedIsFreed() {
    String digest = versions.add(1);
    ServiceHarness harness = start(versions.served(1));
    await(harness.client.activate("toy", digest, 0.5));

    activate(harness, versions.digest(0));

    assertThat(versions(harness).current()).isEqualTo(versions.digest(0));
    assertThat(versions(harness).canary()).isNull();
    eventually(() -> versions.model(1).open() == 0);
  }

  @Test
  void cancelledGenerationHoldsItsVersionNoLonger() {
    ToyVersions held = new ToyVersions(gate.hold(ToyModel.named("toy")));
    held.add(1, ToyModel.named("toy").version(1));
    ServiceHarness harness = start(held.served(1));
    harness.generate(request("a").steps(1000), Detail.RESULT);
    awaitImages(harness, held.digest(0), 3);
    activateBetweenSteps(harness, held.digest(1));

    await(harness.client.cancel(Client.ANYBODY, "a"));

    assertThat(versions(harness).images()).containsOnlyKeys(held.digest(1));
    gate.open();
    eventually(() -> held.model(0).open() == 0);
  }

  @Test
  void historyTellsTheMetricsOfEachVersion() {
    versions.add(1);
    ServiceHarness harness = start(versions.served(1));

    assertThat(versions(harness).history())
        .extracting(Snapshot::step, snapshot -> snapshot.metrics().get("loss"))
        .containsExactly(tuple(100, 0.5), tuple(0, 1.0));
  }

  private ServiceHarness start(ServedModel served) {
    ServiceHarness harness = new ServiceHarness(KIT, Toys.options(4), served);
    started = harness;
    eventually(
        () ->
            await(harness.client.readiness()).models().get(0).replicas().stream()
                .allMatch(replica -> replica.state() == ModelReadiness.State.READY));
    return harness;
  }

  private static Activation activate(ServiceHarness harness, String version) {
    return await(harness.client.activate("toy", version, null));
  }

  private void activateBetweenSteps(ServiceHarness harness, String version) {
    assertThat(betweenSteps(harness.client.activate("toy", version, null)))
        .isEqualTo(new Activation.Activated(version));
  }

  /** Waits for something while the gate lets one step after another through. */
  private <T> T betweenSteps(CompletionStage<T> stage) {
    eventually(
        () -> {
          gate.letThrough(2);
          return stage.toCompletableFuture().isDone();
        });
    return await(stage);
  }

  private static ModelVersions versions(ServiceHarness harness) {
    return await(harness.client.versions("toy"));
  }

  private static GenerationResult.Completed completed(
      ServiceHarness harness, GenerationRequest.Builder request) {
    return (GenerationResult.Completed) await(harness.client.generate(request.build()));
  }

  private static void awaitImages(ServiceHarness harness, String digest, int images) {
    eventually(() -> versions(harness).images().get(digest) == images);
  }

  /** Runs a request on a service that has no other version. */
  private GenerationResult.Completed alone(String digest, GenerationRequest.Builder request) {
    ToyModel model = ToyModel.named("toy");
    ToyModel version = model.description().digest().equals(digest) ? model : model.version(1);
    ServiceHarness harness =
        new ServiceHarness(KIT, Toys.options(4), new ServedModel(version, new ToyPlans(), 1, 1));
    try {
      return completed(harness, request);
    } finally {
      harness.stop();
    }
  }

  private static void assertSamePixels(
      GenerationResult.Completed actual, GenerationResult.Completed expected) {
    assertThat(actual.snapshot()).isEqualTo(expected.snapshot());
    assertThat(actual.images().stream().map(GeneratedImage::png).toList())
        .usingElementComparator(Arrays::compare)
        .isEqualTo(expected.images().stream().map(GeneratedImage::png).toList());
  }

  private static GenerationRequest.Builder request(String id) {
    return GenerationRequest.builder(id).n(3).steps(6).seed((long) id.hashCode());
  }

  private static ModelDescription describe(String digest) {
    return ToyModel.named("toy").description().withDigest(digest);
  }

  private static ModelDescription otherLabels() {
    ModelDescription d = describe("other labels");
    return new ModelDescription(
        d.name(), d.digest(), d.shape(), List.of("hat"), d.hasNoneLabel(), d.scheduler());
  }

  private static void eventually(BooleanSupplier condition) {
    KIT.<Object>createTestProbe()
        .awaitAssert(
            () -> {
              assertThat(condition.getAsBoolean()).isTrue();
              return condition;
            });
  }
}
