package io.stepwise.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GenerationParametersTest {

  private static final String HASH = "0068761f6cb7ac15";

  @Test
  void textHasTheFormThatImageToolsShow() {
    assertThat(parameters("sneaker").text())
        .isEqualTo(
            "sneaker\n"
                + "Steps: 50, Sampler: ddim, CFG scale: 3.0, Seed: -7, Image index: 2, Eta: 0.5, "
                + "Size: 28x32, Model hash: 0068761f6cb7ac15, Model: fashion-mnist");
  }

  @Test
  void etaAndLabelMayBeAbsent() {
    GenerationParameters parameters =
        new GenerationParameters("m", HASH, "ddpm", 1, 0, "", 1, null, 0, 28, 28);

    assertThat(parameters.text()).startsWith("Steps: 1, Sampler: ddpm, ").doesNotContain("Eta");
    assertThat(GenerationParameters.parse(parameters.text())).isEqualTo(parameters);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        " padded ",
        "ankle-boot",
        "red, round: 5",
        "two\nlines",
        "Steps: 1, Sampler: x, Seed: 9\nSteps: 2, Sampler: y, Seed: 8",
        "\n",
        "\r\n\t",
        "\"",
        "\"quoted\"",
        "\"a\", \"b\"",
        "back\\slash\\",
        "Negative prompt: laces",
        "운동화\u2028👟\u0085",
        "class:7"
      })
  void anyTextIsReadBackAsItWas(String text) {
    GenerationParameters label = parameters(text);
    GenerationParameters names =
        new GenerationParameters(text, text, text, 5, 1, text, 1e-7, null, 0, 1, 1);

    assertThat(GenerationParameters.parse(label.text())).isEqualTo(label);
    assertThat(GenerationParameters.parse(names.text())).isEqualTo(names);
    assertThat(label.text().lines().count()).isLessThanOrEqualTo(2);
  }

  @Test
  void textSurvivesThePng() {
    GenerationParameters parameters = parameters("셔츠, blue: 1\n\"x\"");
    byte[] png = Png.encode(new FloatImage(1, 1, 1, new float[] {0}), parameters.chunk());

    assertThat(GenerationParameters.parse(Png.texts(png).get("parameters"))).isEqualTo(parameters);
  }

  @Test
  void fieldsOfOtherToolsAreLeftOut() {
    GenerationParameters parameters = parameters("coat");

    assertThat(GenerationParameters.parse(parameters.text() + ", Clip skip: 2, Hires: \"a, b\""))
        .isEqualTo(parameters);
  }

  @Test
  void whatIsMissingOrWrongIsNamed() {
    String text = parameters("coat").text();

    assertThatThrownBy(() -> GenerationParameters.parse(text.replace("Seed: -7, ", "")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no Seed");
    assertThatThrownBy(() -> GenerationParameters.parse(text.replace("28x32", "28")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> GenerationParameters.parse(text.replace("50", "fifty")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("fifty");
    assertThatThrownBy(() -> GenerationParameters.parse(""))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> GenerationParameters.parse(text.replace("coat", "\"\\q\"")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static GenerationParameters parameters(String label) {
    return new GenerationParameters(
        "fashion-mnist", HASH, "ddim", 50, -7, label, 3, 0.5, 2, 28, 32);
  }
}
