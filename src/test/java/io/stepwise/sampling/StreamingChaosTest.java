package io.stepwise.sampling;

import static io.stepwise.sampling.ServiceHarness.await;
import static io.stepwise.sampling.ServiceHarness.served;
import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.network.NetworkException;
import io.stepwise.network.ToyModel;
import io.stepwise.sampling.GenerationEvent.StepFinished;
import io.stepwise.sampling.SamplingService.Detail;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.PoisonPill;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** A replica dies, a listener leaves, a generation is cancelled and weights change, all at once. */
final class StreamingChaosTest {

  private static final ActorTestKit KIT = Toys.newKit();
  private static final int UNDISTURBED = 12;

  private final AtomicInteger batches = new AtomicInteger();
  private final Semaphore midway = new Semaphore(0);
  private final Semaphore goOn = new Semaphore(0);

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  @Test
  void everyoneElsesStepsAndImagesArriveUnchanged() throws InterruptedException {
    ToyVersions versions = new ToyVersions(ToyModel.named("toy").disturbedBy(b -> disturb()));
    String renewed = versions.add(1, ToyModel.named("toy").version(1));
    ServiceHarness harness = new ServiceHarness(KIT, Toys.options(8), versions.served(2));
    TestProbe<GenerationEvent> leaver = harness.generate(request(100), Detail.STEPS);
    TestProbe<GenerationEvent> cancelled = harness.generate(request(101), Detail.STEPS);
    Map<Integer, TestProbe<GenerationEvent>> others = new HashMap<>();
    for (int i = 0; i < UNDISTURBED; i++) {
      others.put(i, harness.generate(request(i), Detail.STEPS));
    }

    midway.acquire();
    harness.client.leave("g-100", leaver.ref());
    harness.client.cancel(Client.ANYBODY, "g-101");
    CompletionStage<Activation> swap = harness.client.activate("toy", renewed, null);
    kill(harness, 0);
    goOn.release(1_000_000);
    assertThat(await(swap)).isEqualTo(new Activation.Activated(renewed));
    List<PendingGeneration> onRenewed =
        IntStream.range(0, UNDISTURBED)
            .mapToObj(i -> harness.client.begin(request("new-" + i, i).previews(null).build()))
            .toList();

    Map<Integer, List<byte[]>> expected = undisturbed(ToyModel.named("toy"));
    for (Map.Entry<Integer, TestProbe<GenerationEvent>> other : others.entrySet()) {
      List<GenerationEvent> events = eventsUntilTheResult(other.getValue());
      assertStepsInOrderOnce(events);
      GenerationEvent last = events.get(events.size() - 1);
      assertMade(last, versions.digest(0), expected.get(other.getKey()));
    }
    Map<Integer, List<byte[]>> expectedRenewed = undisturbed(versions.model(1));
    for (int i = 0; i < UNDISTURBED; i++) {
      assertMade(await(onRenewed.get(i).result()), renewed, expectedRenewed.get(i));
    }
    List<GenerationEvent> told = eventsUntilTheResult(cancelled);
    assertThat(told.get(told.size() - 1)).isEqualTo(new GenerationResult.Cancelled("g-101"));
    await(harness.client.drain());
    assertThat(await(harness.client.fleet()).unfinishedImages()).isZero();
    assertThat(harness.status("g-100").state()).isEqualTo(GenerationStatus.State.CANCELLED);
    harness.stop();
  }

  /** Fails a batch now and then, and lets the test act in the middle. */
  private void disturb() {
    int batch = batches.incrementAndGet();
    if (batch == 20) {
      midway.release();
    }
    if (batch >= 20) {
      goOn.acquireUninterruptibly();
    }
    if (batch % 9 == 0) {
      throw new NetworkException("thrown now and then");
    }
  }

  private static void assertStepsInOrderOnce(List<GenerationEvent> events) {
    for (int index = 0; index < 3; index++) {
      int image = index;
      List<StepFinished> steps =
          events.stream()
              .filter(StepFinished.class::isInstance)
              .map(StepFinished.class::cast)
              .filter(step -> step.index() == image)
              .toList();
      assertThat(steps).hasSize(20);
      for (int i = 0; i < 20; i++) {
        assertThat(steps.get(i).step()).isEqualTo(i + 1);
        assertThat(steps.get(i).preview() == null).isEqualTo((i + 1) % 3 != 0);
      }
    }
  }

  private static List<GenerationEvent> eventsUntilTheResult(TestProbe<GenerationEvent> probe) {
    List<GenerationEvent> events = new ArrayList<>();
    do {
      events.add(probe.receiveMessage());
    } while (!(events.get(events.size() - 1) instanceof GenerationResult));
    return events;
  }

  /** Returns the images of the same requests on a service that nothing happens to, unwatched. */
  private static Map<Integer, List<byte[]>> undisturbed(ToyModel model) {
    ServiceHarness harness = new ServiceHarness(KIT, Toys.options(2), served(model, 1));
    Map<Integer, List<byte[]>> images = new HashMap<>();
    for (int i = 0; i < UNDISTURBED; i++) {
      images.put(
          i, harness.images(request(i).previews(null)).stream().map(GeneratedImage::png).toList());
    }
    harness.stop();
    return images;
  }

  private static void assertMade(GenerationEvent result, String snapshot, List<byte[]> images) {
    assertThat(result).isInstanceOf(GenerationResult.Completed.class);
    GenerationResult.Completed completed = (GenerationResult.Completed) result;
    assertThat(completed.snapshot()).isEqualTo(snapshot);
    assertThat(pngs(completed)).usingElementComparator(Arrays::compare).isEqualTo(images);
  }

  private static List<byte[]> pngs(GenerationResult.Completed completed) {
    return completed.images().stream().map(GeneratedImage::png).toList();
  }

  private static GenerationRequest.Builder request(int number) {
    return request("g-" + number, number);
  }

  private static GenerationRequest.Builder request(String id, int number) {
    return GenerationRequest.builder(id)
        .n(3)
        .steps(20)
        .seed((long) number)
        .prompt("bag")
        .guidance(number % 2 == 0 ? 1.0 : 2.0)
        .solver(number % 3 == 0 ? "remembering" : "ancestral")
        .previews(new Previews(3, number % 2 == 0 ? Previews.Kind.DENOISED : Previews.Kind.NOISY));
  }

  private static void kill(ServiceHarness harness, int slot) {
    KIT.system()
        .classicSystem()
        .actorSelection(harness.service.path() + "/router-0/replica-" + slot + "-*")
        .tell(PoisonPill.getInstance(), ActorRef.noSender());
  }
}
