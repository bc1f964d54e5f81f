package io.stepwise.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stepwise.network.ImageShape;
import io.stepwise.network.ModelDescription;
import io.stepwise.network.ToyModel;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RequestResolverTest {

  private final ModelDescription clothes = ToyModel.named("clothes").description();
  private final ModelDescription faces =
      new ModelDescription(
          "faces", "f", new ImageShape(3, 8, 8), List.of(), false, clothes.scheduler());
  private final ModelDescription digits =
      new ModelDescription(
          "digits", "d", new ImageShape(1, 8, 8), List.of("0", "1"), false, clothes.scheduler());
  private final RequestResolver resolver =
      new RequestResolver(
          List.of(served(clothes), served(faces), served(digits)), Toys.requests(), () -> 99);

  @Test
  void whatIsLeftOpenIsDecided() {
    ResolvedRequest resolved = resolver.resolve(request().build(), 1000);

    assertThat(resolved.model()).isEqualTo("clothes");
    assertThat(resolved.solver()).isEqualTo("ancestral");
    assertThat(resolved.deadline()).isEqualTo(Duration.ofMinutes(5));
    assertThat(resolved.labelName()).isEmpty();
    Recipe recipe = resolved.recipe();
    assertThat(recipe.seed()).isEqualTo(99);
    assertThat(recipe.guidance()).isEqualTo(1);
    assertThat(recipe.label()).as("the class for none").isEqualTo(3);
    assertThat(recipe.plan().steps()).isEqualTo(20);
    assertThat(recipe.urgency())
        .isEqualTo(new Recipe.Urgency("anybody", 1000, 1000 + Duration.ofMinutes(5).toNanos(), 0));
  }

  @Test
  void whatIsAskedForIsKept() {
    ResolvedRequest resolved =
        resolver.resolve(
            request()
                .prompt("bag")
                .n(7)
                .size("3x2")
                .seed(-5L)
                .steps(12)
                .solver("direct")
                .guidance(2.5)
                .eta(0.5)
                .deadline(Duration.ofSeconds(3))
                .priority(4)
                .build(),
            0);

    assertThat(resolved.n()).isEqualTo(7);
    assertThat(resolved.labelName()).isEqualTo("bag");
    assertThat(resolved.parametersOf(2).text())
        .isEqualTo(
            "bag\nSteps: 12, Sampler: direct, CFG scale: 2.5, Seed: -5, Image index: 2, Eta: 0.5,"
                + " Size: 3x2, Model hash: digest of clothes, Model: clothes");
    assertThat(resolved.recipe().plan()).isEqualTo(new ToyPlans().plan("direct", 12, 0.5));
    assertThat(resolved.recipe().label()).isEqualTo(1);
    assertThat(resolved.recipe().rows()).isEqualTo(2);
    assertThat(resolved.recipe().urgency().priority()).isEqualTo(4);
  }

  @ParameterizedTest
  @CsvSource({"sneaker,0", "Ankle BOOT,2", "' bag ',1", "class:2,2", "'',3"})
  void promptNamesALabel(String prompt, int label) {
    assertThat(resolver.resolve(request().prompt(prompt).build(), 0).recipe().label())
        .isEqualTo(label);
  }

  @ParameterizedTest
  @ValueSource(strings = {"boot", "class:3", "class:-1", "class:", "class:99999999999999999999"})
  void unknownLabelIsRefusedWithTheKnownOnes(String prompt) {
    assertInvalid(
        request().prompt(prompt),
        "prompt",
        "prompt: \""
            + prompt
            + "\" (expected: one of sneaker, bag, ankle boot, class:0 to class:2, or \"\" for none)");
  }

  @Test
  void modelWithoutLabelsTakesNoPrompt() {
    assertThat(resolver.resolve(request().model("faces").build(), 0).recipe().label()).isZero();
    assertInvalid(
        request().model("faces").prompt("bag"),
        "prompt",
        "prompt: \"bag\" (expected: \"\", for the model knows no labels)");
  }

  @Test
  void modelWithoutAClassForNoneNeedsALabel() {
    assertInvalid(
        request().model("digits"),
        "prompt",
        "prompt: \"\" (expected: one of 0, 1, class:0 to class:1)");
  }

  @Test
  void guidanceNeedsALabelAndAModelTrainedForIt() {
    assertInvalid(
        request().guidance(2.0),
        "guidance",
        "guidance: 2.0 (expected: 1 where the prompt names no label)");
    assertInvalid(
        request().model("digits").prompt("0").guidance(2.0),
        "guidance",
        "guidance: 2.0 (expected: 1, for the model was not trained for guidance)");
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 20.1, Double.NaN, Double.POSITIVE_INFINITY})
  void guidanceIsWithinItsLimits(double guidance) {
    assertInvalid(
        request().prompt("bag").guidance(guidance),
        "guidance",
        "guidance: " + guidance + " (expected: 0 to 20.0)");
  }

  @Test
  void numbersAreWithinTheirLimits() {
    assertInvalid(request().n(0), "n", "n: 0 (expected: 1 to 1000)");
    assertInvalid(request().n(1001), "n", "n: 1001 (expected: 1 to 1000)");
    assertInvalid(request().steps(0), "steps", "steps: 0 (expected: 1 to 1000)");
    assertInvalid(
        request().steps(1_000_000_000), "steps", "steps: 1000000000 (expected: 1 to 1000)");
    assertInvalid(request().priority(11), "priority", "priority: 11 (expected: -10 to 10)");
    assertInvalid(request().eta(-1.0), "eta", "eta: -1.0 (expected: a number of 0 or more)");
    assertInvalid(
        request().deadline(Duration.ZERO),
        "deadline_ms",
        "deadline_ms: 0 (expected: 1 to 3600000)");
    assertInvalid(
        request().deadline(Duration.ofHours(2)),
        "deadline_ms",
        "deadline_ms: 7200000 (expected: 1 to 3600000)");
  }

  @Test
  void namesAreAmongTheKnownOnes() {
    assertInvalid(
        request().model("cats"),
        "model",
        "model: \"cats\" (expected: one of clothes, faces, digits)");
    assertInvalid(
        request().solver("euler"),
        "solver",
        "solver: \"euler\" (expected: one of ancestral, direct, remembering)");
    assertInvalid(request().size("512x512"), "size", "size: \"512x512\" (expected: 3x2)");
    assertInvalid(
        GenerationRequest.builder("a/b"),
        "id",
        "id: \"a/b\" (expected: 1 to 128 letters, digits, dots, dashes, colons, underscores)");
  }

  @Test
  void optionThatTheSolverDoesNotKnowIsNamed() {
    assertInvalid(request().eta(0.5), "eta", "eta: 0.5 (expected: none with ancestral)");
  }

  @Test
  void longValueIsShownShortened() {
    assertThatThrownBy(() -> resolver.resolve(request().model("m".repeat(1_000_000)).build(), 0))
        .message()
        .hasSizeLessThan(200);
  }

  @Test
  void modelsNeedNamesThatDiffer() {
    assertThatThrownBy(
            () ->
                new RequestResolver(
                    List.of(served(faces), served(faces)), Toys.requests(), () -> 0))
        .hasMessage("model: faces twice (expected: names that differ)");
  }

  private void assertInvalid(GenerationRequest.Builder request, String param, String message) {
    assertThatThrownBy(() -> resolver.resolve(request.build(), 0))
        .isInstanceOfSatisfying(
            InvalidRequestException.class, invalid -> assertThat(invalid.param()).isEqualTo(param))
        .hasMessage(message);
  }

  private static GenerationRequest.Builder request() {
    return GenerationRequest.builder("request-1");
  }

  private static ServedModel served(ModelDescription description) {
    return new ServedModel(ToyModel.of(description), new ToyPlans(), 1, 1);
  }
}
