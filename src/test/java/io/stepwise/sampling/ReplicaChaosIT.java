package io.stepwise.sampling;

import static io.stepwise.sampling.ServiceHarness.await;
import static io.stepwise.sampling.ServiceHarness.served;
import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.network.NetworkException;
import io.stepwise.network.StepInput;
import io.stepwise.network.ToyModel;
import io.stepwise.sampling.SamplingService.Detail;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.PoisonPill;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/**
 * Two replicas that throw, die, are killed and hang at random while their weights change again and
 * again, under two hundred mixed requests.
 */
final class ReplicaChaosIT {

  private static final ActorTestKit KIT = Toys.newKit();
  private static final int REQUESTS = 200;
  private static final int AT_ONCE = 60;
  private static final int MOST_HANGS = 3;

  private final AtomicInteger steps = new AtomicInteger();
  private final AtomicInteger failures = new AtomicInteger();
  private final AtomicInteger hangs = new AtomicInteger();
  private final CountDownLatch end = new CountDownLatch(1);

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  @RepeatedTest(3)
  void everyRequestIsAnsweredOnceWithTheImagesOfAnUndisturbedRun(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    List<GenerationRequest.Builder> requests = requests(random);
    ToyVersions versions =
        new ToyVersions(ToyModel.named("toy").disturbedBy(batch -> disturb(random)));
    ServiceHarness harness = new ServiceHarness(KIT, options(), versions.served(2));
    TestProbe<GenerationEvent> caller = KIT.createTestProbe();
    int sent = 0;
    List<GenerationEvent> events = new ArrayList<>();
    List<CompletionStage<Activation>> activations = new ArrayList<>();
    int results = 0;
    while (results < REQUESTS) {
      for (; sent < Math.min(REQUESTS, results + AT_ONCE); sent++) {
        GenerationRequest request = requests.get(sent).build();
        harness.service.tell(new SamplingService.Generate(request, Detail.IMAGES, caller.ref()));
      }
      GenerationEvent event = caller.receiveMessage(ServiceHarness.PATIENCE);
      events.add(event);
      if (event instanceof GenerationResult && ++results % 8 == 0) {
        kill(harness, random.nextInt(2));
        versions.add(results, ToyModel.named("toy").version(results).disturbedBy(this::fail));
        harness.service.tell(versions.announcement(results));
        activations.add(harness.client.activate("toy", versions.digest(results - 8), null));
      }
    }

    assertThat(activations.stream().map(ServiceHarness::await))
        .as("versions that were gone back to")
        .hasAtLeastOneElementOfType(Activation.Activated.class)
        .doesNotContainNull();
    await(harness.client.drain());
    caller.expectNoMessage(Duration.ZERO);
    assertThat(snapshots(events)).as("versions that made images").hasSizeGreaterThan(4);
    assertEachAnsweredOnceAsExpected(events, undisturbed(requests, events));
    assertThat(failures.get()).as("failures").isGreaterThan(20);
    assertThat(hangs.get()).as("hangs").isGreaterThanOrEqualTo(MOST_HANGS);
    end.countDown();
    harness.stop();
    caller.awaitAssert(
        () -> {
          assertThat(versions.openKernels()).as("kernels left open").isZero();
          return versions;
        });
  }

  private static void assertEachAnsweredOnceAsExpected(
      List<GenerationEvent> events, Map<String, List<GeneratedImage>> expected) {
    Map<String, List<GenerationEvent>> byRequest =
        events.stream().collect(Collectors.groupingBy(GenerationEvent::id));
    assertThat(byRequest).hasSize(REQUESTS);
    expected.forEach(
        (id, images) -> {
          List<GenerationEvent> told = byRequest.get(id);
          assertThat(told).as("accepted, each image once, result").hasSize(images.size() + 2);
          assertThat(told.get(told.size() - 1))
              .isInstanceOfSatisfying(
                  GenerationResult.Completed.class,
                  completed -> assertThat(pixels(completed.images())).isEqualTo(pixels(images)));
        });
  }

  private static Map<Integer, List<Byte>> pixels(List<GeneratedImage> images) {
    return images.stream()
        .collect(Collectors.toMap(GeneratedImage::index, image -> bytes(image.png())));
  }

  private static List<Byte> bytes(byte[] array) {
    List<Byte> list = new ArrayList<>();
    for (byte value : array) {
      list.add(value);
    }
    return list;
  }

  /** Runs each request alone, on the version that made it, on a service that nothing happens to. */
  private static Map<String, List<GeneratedImage>> undisturbed(
      List<GenerationRequest.Builder> requests, List<GenerationEvent> events) {
    Map<String, String> snapshots = new HashMap<>();
    completed(events).forEach(made -> snapshots.put(made.id(), made.snapshot()));
    Map<String, List<GeneratedImage>> images = new HashMap<>();
    for (String snapshot : snapshots(events)) {
      ServiceHarness harness = new ServiceHarness(KIT, Toys.options(2), served(toy(snapshot), 1));
      requests.stream()
          .filter(request -> snapshot.equals(snapshots.get(request.build().id())))
          .forEach(request -> images.put(request.build().id(), harness.images(request)));
      harness.stop();
    }
    return images;
  }

  private static ToyModel toy(String snapshot) {
    ToyModel toy = ToyModel.named("toy");
    return IntStream.rangeClosed(0, REQUESTS)
        .mapToObj(number -> number == 0 ? toy : toy.version(number))
        .filter(version -> version.description().digest().equals(snapshot))
        .findFirst()
        .orElseThrow();
  }

  private static Set<String> snapshots(List<GenerationEvent> events) {
    return completed(events).map(GenerationResult.Completed::snapshot).collect(Collectors.toSet());
  }

  private static Stream<GenerationResult.Completed> completed(List<GenerationEvent> events) {
    return events.stream()
        .filter(GenerationResult.Completed.class::isInstance)
        .map(GenerationResult.Completed.class::cast);
  }

  /** Fails a step now and then, of those that try a new version too. */
  private void fail(List<StepInput> batch) {
    if (steps.incrementAndGet() % 16 == 0) {
      failures.incrementAndGet();
      throw new NetworkException("thrown now and then, with " + batch.size() + " rows");
    }
  }

  private static List<GenerationRequest.Builder> requests(Random random) {
    Function<List<String>, String> any = list -> list.get(random.nextInt(list.size()));
    List<GenerationRequest.Builder> requests = new ArrayList<>();
    for (int i = 0; i < REQUESTS; i++) {
      requests.add(
          GenerationRequest.builder("request-" + i)
              .prompt(any.apply(List.of("sneaker", "bag", "class:2")))
              .n(1 + random.nextInt(4))
              .seed(random.nextLong())
              .steps(1 + random.nextInt(30))
              .solver(any.apply(List.of("ancestral", "direct", "remembering")))
              .guidance(random.nextBoolean() ? 1.0 : 2.5)
              .priority(random.nextInt(5)));
    }
    return requests;
  }

  private void disturb(Random random) {
    int dice;
    synchronized (random) {
      dice = random.nextInt(100);
    }
    if (dice < 6) {
      failures.incrementAndGet();
      throw new NetworkException("thrown by chance");
    }
    if (dice < 9) {
      failures.incrementAndGet();
      throw new UnsatisfiedLinkError("thrown by chance");
    }
    if (dice < 12 && hangs.incrementAndGet() <= MOST_HANGS) {
      try {
        end.await();
      } catch (InterruptedException e) {
        throw new NetworkException("interrupted", e);
      }
    }
  }

  private static void kill(ServiceHarness harness, int slot) {
    KIT.system()
        .classicSystem()
        .actorSelection(harness.service.path() + "/router-0/replica-" + slot + "-*")
        .tell(PoisonPill.getInstance(), ActorRef.noSender());
  }

  /** Options under which failures are forgiven fast and often. */
  private static SamplingOptions options() {
    SamplingOptions.Replicas replicas =
        new SamplingOptions.Replicas(
            16,
            2,
            50,
            Duration.ofMillis(200),
            Duration.ofMillis(1),
            Duration.ofMillis(5),
            2 * MOST_HANGS);
    return new SamplingOptions(Toys.requests(), replicas, "deadline", 10_000, 2);
  }
}
