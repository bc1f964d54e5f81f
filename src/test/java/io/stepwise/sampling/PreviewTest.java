package io.stepwise.sampling;

import static io.stepwise.sampling.ServiceHarness.await;
import static io.stepwise.sampling.ServiceHarness.served;
import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.image.FloatImage;
import io.stepwise.image.Png;
import io.stepwise.network.StepInput;
import io.stepwise.network.ToyModel;
import io.stepwise.sampling.GenerationEvent.StepFinished;
import io.stepwise.sampling.Previews.Kind;
import io.stepwise.sampling.SamplingService.Detail;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an image looks like on its way. */
final class PreviewTest {

  private static final ActorTestKit KIT = Toys.newKit();

  private final ToyModel model = ToyModel.named("toy");
  private final List<ServiceHarness> started = new ArrayList<>();

  @AfterEach
  void stopServices() {
    started.forEach(ServiceHarness::stop);
  }

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  @Test
  void denoisedPreviewIsTheStepsEstimateOfTheCleanImage() {
    ServiceHarness harness = start(served(model, 1));
    GenerationRequest.Builder request = request("a").previews(new Previews(1, Kind.DENOISED));

    List<StepFinished> steps = steps(harness, request);

    DenoisingState state = first(request);
    for (StepFinished step : steps.subList(0, 5)) {
      float[] expected = ToyModel.step(state.nextInput(), 3).denoised();
      assertThat(Objects.requireNonNull(step.preview()).state()).containsExactly(expected);
      assertThat(step.preview().model()).isEqualTo("toy");
      assertThat(step.preview().snapshot()).isEqualTo("digest of toy");
      state = Toys.next(state);
    }
    assertThat(steps.get(5).preview()).as("the last step gives the image itself").isNull();
  }

  @Test
  void noisyPreviewIsTheStateAtTheScaleAtWhichTheNetworkSeesIt() {
    ServiceHarness harness = start(served(model, 1));
    GenerationRequest.Builder request = request("a").previews(new Previews(1, Kind.NOISY));

    List<StepFinished> steps = steps(harness, request);

    DenoisingState state = first(request);
    for (StepFinished step : steps.subList(0, 5)) {
      state = Toys.next(state);
      float[] expected = state.x().clone();
      for (int i = 0; i < expected.length; i++) {
        expected[i] *= 0.9f;
      }
      assertThat(Objects.requireNonNull(step.preview()).state()).containsExactly(expected);
    }
  }

  @Test
  void everyThirdStepIsShownIfSoAskedFor() {
    ServiceHarness harness = start(served(model, 1));
    List<StepFinished> steps =
        steps(harness, request("a").steps(9).previews(new Previews(3, Kind.DENOISED)));

    assertThat(steps)
        .filteredOn(step -> step.preview() != null)
        .extracting(StepFinished::step)
        .containsExactly(3, 6);
  }

  @Test
  void nothingIsEstimatedForThoseWhoDoNotWantToSeeIt() {
    List<StepInput> inputs = new ArrayList<>();
    ServiceHarness harness = start(served(model.disturbedBy(inputs::addAll), 1));
    steps(harness, request("a"));
    steps(harness, request("b").previews(new Previews(1, Kind.NOISY)));

    assertThat(inputs).hasSize(12).noneMatch(StepInput::wantsDenoised);
  }

  @Test
  void previewBecomesAPngOfItsPixels() {
    ServiceHarness harness = start(served(model, 1));
    Preview preview = new Preview("toy", "digest of toy", new float[] {-1, -0.5f, 0, 0.5f, 1, 7});

    FloatImage png = Png.decode(await(harness.client.render(preview)));

    assertThat(png).isEqualTo(Png.decode(Png.encode(new FloatImage(1, 2, 3, preview.state()))));
  }

  @Test
  void previewOfALatentModelIsWhatItsDecoderMakesOfIt() {
    LatentToy latent = new LatentToy(model);
    ServiceHarness harness = start(new ServedModel(latent, new ToyPlans(), 1, 1));
    GenerationRequest.Builder request = request("a").previews(new Previews(1, Kind.DENOISED));
    Preview preview = Objects.requireNonNull(steps(harness, request).get(0).preview());

    FloatImage png = Png.decode(await(harness.client.render(preview)));

    float[] expected = LatentToy.decoded(preview.state());
    assertThat(png).isEqualTo(Png.decode(Png.encode(new FloatImage(1, 4, 6, expected))));
  }

  @Test
  void previewOfALatentModelThatCannotStartIsAnError() {
    ToyModel broken =
        model.opening(
            () -> {
              throw new IllegalStateException("truncated");
            });
    ServiceHarness harness = start(new ServedModel(new LatentToy(broken), new ToyPlans(), 1, 1));

    assertThat(failure(harness, new Preview("toy", Toys.WEIGHTS, new float[6])))
        .isEqualTo("no replica can decode the preview");
    assertThat(failure(harness, new Preview("toy", "older", new float[6])))
        .isEqualTo("the weights that made the preview are not in use any more");
  }

  @Test
  void previewThatCannotBeDrawnIsAnError() {
    ServiceHarness harness = start(served(model, 1));

    assertThat(failure(harness, new Preview("nobody", "", new float[6])))
        .isEqualTo("model: \"nobody\" (expected: one served)");
    assertThat(failure(harness, new Preview("toy", "", new float[5])))
        .isEqualTo("preview: 5 values (expected: 6)");
    assertThat(failure(harness, new Preview("toy", "", new float[] {0, 0, 0, 0, 0, Float.NaN})))
        .contains("NaN");
    assertThat(await(harness.client.render(new Preview("toy", "", new float[6])))).isNotEmpty();
  }

  private static String failure(ServiceHarness harness, Preview preview) {
    Throwable thrown = await(harness.client.render(preview).handle((png, failure) -> failure));
    Throwable cause = thrown instanceof CompletionException ? thrown.getCause() : thrown;
    return String.valueOf(cause.getMessage());
  }

  /** Returns what is told of each step of one image. */
  private static List<StepFinished> steps(
      ServiceHarness harness, GenerationRequest.Builder request) {
    TestProbe<GenerationEvent> caller = harness.generate(request, Detail.STEPS);
    List<StepFinished> steps = new ArrayList<>();
    while (true) {
      GenerationEvent event = caller.receiveMessage();
      if (event instanceof StepFinished step) {
        steps.add(step);
      } else if (event instanceof GenerationResult) {
        assertThat(event).isInstanceOf(GenerationResult.Completed.class);
        return steps;
      }
    }
  }

  private DenoisingState first(GenerationRequest.Builder request) {
    Recipe recipe =
        new RequestResolver(List.of(served(model, 1)), Toys.requests(), () -> 0)
            .resolve(request.build(), 0)
            .recipe();
    return DenoisingState.first(recipe, 0);
  }

  private ServiceHarness start(ServedModel... models) {
    ServiceHarness harness = new ServiceHarness(KIT, Toys.options(4), models);
    started.add(harness);
    return harness;
  }

  private static GenerationRequest.Builder request(String id) {
    return GenerationRequest.builder(id).seed(7L).steps(6).prompt("bag").guidance(2.0);
  }
}
