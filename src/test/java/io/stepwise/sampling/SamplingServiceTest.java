package io.stepwise.sampling;

import static io.stepwise.sampling.ServiceHarness.await;
import static io.stepwise.sampling.ServiceHarness.served;
import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.image.GenerationParameters;
import io.stepwise.image.Png;
import io.stepwise.network.ToyModel;
import io.stepwise.sampling.GenerationStatus.State;
import io.stepwise.sampling.SamplingService.Detail;
import io.stepwise.sampling.ServiceHarness.Gate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.FishingOutcomes;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What callers see of the service. */
final class SamplingServiceTest {

  private static final ActorTestKit KIT = Toys.newKit();

  private final ToyModel model = ToyModel.named("toy");
  private final Gate gate = new Gate();
  private final List<ServiceHarness> started = new ArrayList<>();

  @AfterEach
  void stopServices() {
    gate.open();
    started.forEach(ServiceHarness::stop);
  }

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  @Test
  void imagesAreThoseThatTheirStatesLeadTo() {
    ServiceHarness harness = start(served(model, 1));
    GenerationRequest.Builder request =
        request("a").n(3).seed(7L).steps(9).solver("remembering").prompt("bag").guidance(2.0);

    List<GeneratedImage> images = harness.images(request);

    Recipe recipe =
        new RequestResolver(List.of(served(model, 1)), Toys.requests(), () -> 0)
            .resolve(request.build(), 0)
            .recipe();
    assertThat(images).extracting(GeneratedImage::index).containsExactly(0, 1, 2);
    for (GeneratedImage image : images) {
      float[] expected = Toys.last(DenoisingState.first(recipe, image.index())).x();
      assertThat(image.png()).isEqualTo(Toys.bytes(expected));
      assertThat(image.seed()).isEqualTo(7);
    }
  }

  @Test
  void resultNamesTheWeightsAndWhatItTook() {
    ServiceHarness harness = start(served(model, 1));

    GenerationResult.Completed completed =
        (GenerationResult.Completed)
            await(harness.client.generate(request("a").n(3).steps(4).build()));

    assertThat(completed.model()).isEqualTo("toy");
    assertThat(completed.snapshot()).isEqualTo("digest of toy");
    assertThat(completed.usage().steps()).isEqualTo(12);
    assertThat(completed.usage().queued()).isPositive();
    assertThat(completed.usage().ran()).isPositive();
    assertThat(completed.failures()).isEmpty();
  }

  @Test
  void everyStepOfEveryImageIsToldInOrderAndTheResultLast() {
    ServiceHarness harness = start(served(model, 1));
    TestProbe<GenerationEvent> caller =
        harness.generate(request("a").n(2).seed(3L).steps(5), Detail.STEPS);

    List<GenerationEvent> events = caller.receiveSeveralMessages(1 + 10 + 2 + 1);

    assertThat(events.get(0)).isEqualTo(new GenerationEvent.Accepted("a", 3, 2, 5));
    for (int index = 0; index < 2; index++) {
      int image = index;
      assertThat(events)
          .filteredOn(e -> e instanceof GenerationEvent.StepFinished s && s.index() == image)
          .isEqualTo(
              IntStream.rangeClosed(1, 5)
                  .mapToObj(step -> new GenerationEvent.StepFinished("a", image, step, 5, null))
                  .toList());
    }
    assertThat(events).filteredOn(GenerationEvent.ImageFinished.class::isInstance).hasSize(2);
    assertThat(events.get(13)).isInstanceOf(GenerationResult.Completed.class);
  }

  @Test
  void seedThatWasChosenIsToldAndGivesTheSameImagesAgain() {
    ServiceHarness harness = start(served(model, 1));
    GeneratedImage chosen = harness.images(request("a")).get(0);
    GeneratedImage other = harness.images(request("b")).get(0);
    GeneratedImage again = harness.images(request("c").seed(chosen.seed())).get(0);

    assertThat(again.png()).isEqualTo(chosen.png());
    assertThat(other.seed()).isNotEqualTo(chosen.seed());
    assertThat(other.png()).isNotEqualTo(chosen.png());
  }

  @Test
  void finishedImageIsAPngThatTellsHowItWasMade() {
    ServiceHarness harness =
        new ServiceHarness(KIT, Toys.options(4), ImageEncoder.png(), served(model, 1));
    started.add(harness);

    byte[] png = harness.images(request("a").prompt("bag").seed(5L)).get(0).png();

    GenerationParameters parameters =
        GenerationParameters.parse(String.valueOf(Png.texts(png).get("parameters")));
    assertThat(parameters.label()).isEqualTo("bag");
    assertThat(parameters.seed()).isEqualTo(5);
  }

  @Test
  void imageThatCannotBeEncodedFails() {
    ImageEncoder broken =
        (sample, shape, parameters) -> {
          throw new IllegalArgumentException("channels: 7");
        };
    ServiceHarness harness = new ServiceHarness(KIT, Toys.options(4), broken, served(model, 1));
    started.add(harness);

    assertThat(await(harness.client.generate(request("a").build())))
        .isEqualTo(new GenerationResult.Failed("a", "it cannot be encoded: channels: 7"));
  }

  @Test
  void invalidRequestIsToldWhyAndCostsNothing() {
    ServiceHarness harness = start(served(model, 1));

    assertThat(await(harness.client.generate(request("a").steps(0).build())))
        .isEqualTo(new GenerationResult.Invalid("a", "steps", "steps: 0 (expected: 1 to 1000)"));
    assertThat(await(harness.client.generation(Client.ANYBODY, "a"))).isEmpty();
    assertThat(harness.images(request("a"))).hasSize(1);
  }

  @Test
  void secondModelNeverWaitsForTheFirst() {
    ServiceHarness harness = start(served(gate.hold(model), 1), served(ToyModel.named("other"), 1));
    harness.generate(request("a").n(100), Detail.RESULT);

    assertThat(harness.images(request("b").model("other"))).hasSize(1);
    assertThat(harness.status("a").imagesFinished()).isZero();
  }

  @Test
  void cancelEndsAGenerationAndLetsOthersGoOn() {
    ServiceHarness harness = start(served(gate.hold(model), 1));
    TestProbe<GenerationEvent> cancelled = harness.generate(request("a").n(4), Detail.RESULT);
    TestProbe<GenerationEvent> other = harness.generate(request("b").n(4), Detail.RESULT);

    assertThat(await(harness.client.cancel(Client.ANYBODY, "a")))
        .isEqualTo(CancelOutcome.CANCELLED);
    cancelled.expectMessage(new GenerationResult.Cancelled("a"));
    assertThat(harness.status("a").state()).isEqualTo(State.CANCELLED);
    gate.open();

    other.expectMessageClass(GenerationResult.Completed.class);
    assertThat(await(harness.client.cancel(Client.ANYBODY, "b")))
        .isEqualTo(CancelOutcome.ALREADY_ENDED);
    assertThat(await(harness.client.cancel(Client.ANYBODY, "c"))).isEqualTo(CancelOutcome.UNKNOWN);
  }

  @Test
  void modelsAreListedWithTheirSolvers() {
    ServiceHarness harness = start(served(model, 1), served(ToyModel.named("other"), 1));
    harness.images(request("a"));
    harness.images(request("b").model("other"));

    List<ModelInfo> models = await(harness.client.models());

    assertThat(models)
        .extracting(info -> info.description().name())
        .containsExactly("toy", "other");
    assertThat(models.get(0))
        .isEqualTo(
            new ModelInfo(
                model.description(),
                List.of(model.description().digest()),
                List.of("ancestral", "direct", "remembering"),
                "ancestral",
                1000,
                1000,
                true));
  }

  @Test
  void stopTellsCallersThatTheirGenerationsFailed() {
    ToyModel held = gate.hold(model);
    ServiceHarness harness = start(served(held, 1));
    TestProbe<GenerationEvent> caller = harness.generate(request("a").n(4), Detail.IMAGES);
    caller.expectMessageClass(GenerationEvent.Accepted.class);
    gate.open();

    harness.stop();

    caller.fishForMessage(
        ServiceHarness.PATIENCE,
        event ->
            event instanceof GenerationResult
                ? FishingOutcomes.complete()
                : FishingOutcomes.continueAndIgnore());
    assertThat(held.open()).as("kernels").isZero();
  }

  private ServiceHarness start(ServedModel... models) {
    ServiceHarness harness = new ServiceHarness(KIT, Toys.options(4), models);
    started.add(harness);
    return harness;
  }

  private static GenerationRequest.Builder request(String id) {
    return GenerationRequest.builder(id);
  }
}
