package io.stepwise.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.stepwise.sampling.Client;
import io.stepwise.sampling.GenerationRequest;
import io.stepwise.sampling.Previews;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GenerationRequestJsonTest {

  private static final String INTEGERS = "an integer from -2147483648 to 2147483647";
  private static final String WIDE = "an integer from -9223372036854775808 to 9223372036854775807";

  @Test
  void everyFieldIsRead() {
    GenerationRequest request =
        parse(
            """
            {"model": "shoes", "prompt": "ankle boot", "n": 3, "size": "28x28", "seed": -7,
             "steps": 50, "solver": "ddim", "guidance": 3, "eta": 0.5, "deadline_ms": 1500,
             "priority": -2, "id": "my_request-1"}
            """);
    assertThat(request)
        .isEqualTo(
            GenerationRequest.builder("my_request-1")
                .model("shoes")
                .prompt("ankle boot")
                .n(3)
                .size("28x28")
                .seed(-7L)
                .steps(50)
                .solver("ddim")
                .guidance(3.0)
                .eta(0.5)
                .deadline(Duration.ofMillis(1500))
                .priority(-2)
                .build());
  }

  @Test
  void emptyObjectAsksForOneImageUnderARandomId() {
    GenerationRequest request = parse("{}");
    assertThat(request).isEqualTo(GenerationRequest.builder(request.id()).build());
    assertThat(GenerationFields.isId(request.id())).isTrue();
    assertThat(parse("{}").id()).isNotEqualTo(request.id());
  }

  @Test
  void nullCountsAsNotGiven() {
    assertThat(
            parse(
                """
                {"id": "a", "model": null, "prompt": null, "n": null, "size": null, "seed": null,
                 "steps": null, "solver": null, "guidance": null, "eta": null, "stream": null,
                 "deadline_ms": null, "priority": null, "response_format": null, "user": null}
                """))
        .isEqualTo(GenerationRequest.builder("a").build());
  }

  @Test
  void fieldsOfOpenAiAreTakenAtTheValueThatAsksForNothing() {
    assertThat(
            parse(
                """
                {"id": "a", "size": "auto", "response_format": "b64_json", "user": "u-1",
                 "quality": "auto", "style": "natural", "background": "opaque", "stream": false,
                 "moderation": "low", "output_format": "png", "output_compression": 100,
                 "partial_images": 0}
                """))
        .isEqualTo(GenerationRequest.builder("a").build());
  }

  @Test
  void streamedAnswerShowsAsManyPartialImagesAsItIsToldTo() {
    GenerationRequestJson.Order whole = order("{\"stream\": false, \"partial_images\": 0}");
    assertThat(whole.partials()).isEmpty();
    GenerationRequestJson.Order none = order("{\"stream\": true}");
    assertThat(none.partials()).contains(new PartialImages(0));
    assertThat(none.request().previews()).isNull();
    GenerationRequestJson.Order some =
        order("{\"stream\": true, \"partial_images\": 3, \"steps\": 40}");
    assertThat(some.partials()).contains(new PartialImages(3));
    assertThat(some.request().previews()).isEqualTo(new Previews(10, Previews.Kind.DENOISED));
    assertThat(error("{\"stream\": true, \"partial_images\": 6, \"steps\": 5}").message())
        .isEqualTo("partial_images: 6 (expected: 0 to 5, the steps)");
  }

  @Test
  void widestIntegersAreRead() {
    assertThat(parse("{\"seed\": 9223372036854775807}").seed()).isEqualTo(Long.MAX_VALUE);
    assertThat(parse("{\"seed\": -9223372036854775808}").seed()).isEqualTo(Long.MIN_VALUE);
    assertThat(parse("{\"n\": 2147483647}").n()).isEqualTo(Integer.MAX_VALUE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "model           | 7        | 7            | a string",
        "prompt          | 7        | 7            | a string",
        "prompt          | [\"bag\"]| an array     | a string",
        "prompt          | {}       | an object    | a string",
        "prompt          | true     | true         | a string",
        "n               | \"10\"   | \"10\"       | an integer",
        "n               | 1.5      | 1.5          | an integer",
        "n               | 2.0      | 2.0          | an integer",
        "n               | 1e1      | 1e1          | an integer",
        "n               | true     | true         | an integer",
        "n               | 3000000000  | 3000000000  | " + INTEGERS,
        "steps           | -3000000000 | -3000000000 | " + INTEGERS,
        "steps           | 99999999999999999999 | 99999999999999999999 | " + WIDE,
        "steps           | []       | an array     | an integer",
        "seed            | 9223372036854775808  | 9223372036854775808  | " + WIDE,
        "seed            | \"7\"    | \"7\"        | an integer",
        "size            | 28       | 28           | a string",
        "solver          | false    | false        | a string",
        "guidance        | \"3\"    | \"3\"        | a number",
        "guidance        | 1e400    | 1e400        | a number that a double can hold",
        "eta             | -1e999   | -1e999       | a number that a double can hold",
        "eta             | {}       | an object    | a number",
        "deadline_ms     | 1.5      | 1.5          | an integer",
        "priority        | \"high\" | \"high\"     | an integer",
        "id              | 7        | 7            | a string",
        "id              | \"\"     | \"\"         | 1 to 64 letters, digits, underscores and dashes",
        "id              | \"a b\"  | \"a b\"      | 1 to 64 letters, digits, underscores and dashes",
        "user            | 7        | 7            | a string",
        "response_format | \"url\"  | \"url\"      | \"b64_json\"",
        "response_format | 1        | 1            | \"b64_json\"",
        "output_format   | \"webp\" | \"webp\"     | \"png\"",
        "output_compression | 50    | 50           | 100",
        "stream          | \"true\" | \"true\"     | true or false",
        "partial_images  | 2        | 2            | 0 where stream is not true",
        "partial_images  | -1       | -1           | 0 to the number of steps",
        "partial_images  | 2.0      | 2.0          | an integer",
        "quality         | \"hd\"   | \"hd\"       | \"auto\" or \"standard\"",
        "style           | \"vivid\"| \"vivid\"    | \"natural\"",
        "background      | \"transparent\" | \"transparent\" | \"auto\" or \"opaque\"",
        "moderation      | \"high\" | \"high\"     | \"auto\" or \"low\"",
      })
  void wrongValueIsNamedWithWhatWasExpected(
      String field, String value, String shown, String expectation) {
    ApiError error = error("{\"" + field + "\": " + value + "}");
    assertThat(error.message())
        .isEqualTo(field + ": " + shown + " (expected: " + expectation + ")");
    assertThat(error.param()).isEqualTo(field);
    assertThat(error.code()).isEqualTo("invalid_value");
  }

  @Test
  void unknownFieldIsNamedWithTheKnownOnes() {
    ApiError error = error("{\"stepz\": 10}");
    assertThat(error.param()).isEqualTo("stepz");
    assertThat(error.message())
        .isEqualTo(
            "stepz: unknown field (expected: model, prompt, n, size, seed, steps, solver, guidance,"
                + " eta, deadline_ms, priority, id, user, response_format, output_format,"
                + " output_compression, quality, style, background, moderation, stream,"
                + " partial_images)");
  }

  @Test
  void repeatedFieldIsRefusedAlsoWhenNull() {
    assertThat(error("{\"n\": 1, \"n\": 1}").message())
        .isEqualTo("n: given twice (expected: each field once)");
    assertThat(error("{\"n\": null, \"n\": 1}").code()).isEqualTo("duplicate_parameter");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "\"{}\"       | body: a single value (expected: a JSON object)",
        "[]           | body: an array (expected: a JSON object)",
        "7            | body: a single value (expected: a JSON object)",
        "null         | body: a single value (expected: a JSON object)",
        "{} {}        | body: more than one value (expected: one JSON object)",
        "{\"n\": 1}]  | body: no valid JSON at line 1, column 9",
        "{\"n\": 1    | n: no valid JSON at line 1, column 8",
        "{\"n\": 1,}  | n: no valid JSON at line 1, column 9",
        "{\"n\"       | n: no valid JSON at line 1, column 5",
        "{\"n\": 01}  | n: no valid JSON at line 1, column 8",
        "{\"n\": NaN} | n: no valid JSON at line 1, column 10",
        "{n: 1}       | body: no valid JSON at line 1, column 2",
        "{'n': 1}     | body: no valid JSON at line 1, column 2",
        "// {}        | body: no valid JSON at line 1, column 1",
        "<html>       | body: no valid JSON at line 1, column 1",
      })
  void bodyThatIsNoJsonObjectIsRefused(String json, String message) {
    ApiError error = error(json);
    assertThat(error.message()).startsWith(message);
    assertThat(error.code()).isEqualTo("invalid_json");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\n\t "})
  void emptyBodyIsRefused(String json) {
    assertThat(error(json).message()).isEqualTo("body: empty (expected: a JSON object)");
  }

  @Test
  void bodyThatIsNotUtf8IsRefused() {
    byte[] latin1 = "{\"prompt\": \"Stövchen\"}".getBytes(StandardCharsets.ISO_8859_1);
    assertThat(error(latin1).message())
        .isEqualTo("body: not UTF-8 (expected: a JSON object in UTF-8)");
    assertThat(error("{}".getBytes(StandardCharsets.UTF_16LE)).code()).isEqualTo("invalid_json");
  }

  @Test
  void halfASurrogatePairIsRefusedAndCanBeAnswered() {
    ApiError error = error("{\"prompt\": \"\\ud83d\"}");
    assertThat(error.param()).isEqualTo("prompt");
    assertThat(new String(Json.bytes(error.message()), StandardCharsets.UTF_8))
        .contains("half surrogate pairs");
    assertThat(parse("{\"prompt\": \"\\ud83d\\udc5f\"}").prompt()).isEqualTo("👟");
  }

  @Test
  void deepNestingIsRefusedAtItsFirstBracket() {
    String deep = "[".repeat(500_000);
    assertThat(error("{\"n\": " + deep).message()).isEqualTo("n: an array (expected: an integer)");
    assertThat(error(deep).message()).isEqualTo("body: an array (expected: a JSON object)");
    assertThat(error("{\"stepz\": " + deep).param()).isEqualTo("stepz");
  }

  @Test
  void numberOfAThousandDigitsIsRefused() {
    assertThat(error("{\"seed\": " + "9".repeat(1000) + "}").param()).isEqualTo("seed");
    assertThat(error("{\"guidance\": 0." + "9".repeat(1000) + "}").message())
        .startsWith("guidance: too long a name or number at line 1");
  }

  @Test
  void longTextIsShownInPart() {
    String name = "x".repeat(500);
    assertThat(error("{\"" + "x".repeat(100_000) + "\": 1}").code()).isEqualTo("invalid_json");
    assertThat(error("{\"" + name + "\": 1}").param()).isEqualTo("x".repeat(100) + "...");
    assertThat(error("{\"response_format\": \"" + name + "\"}").message())
        .isEqualTo("response_format: \"" + "x".repeat(100) + "...\" (expected: \"b64_json\")");
  }

  @Test
  void idOfSixtyFourCharactersIsTheLongest() {
    assertThat(parse("{\"id\": \"" + "a".repeat(64) + "\"}").id()).hasSize(64);
    assertThat(error("{\"id\": \"" + "a".repeat(65) + "\"}").param()).isEqualTo("id");
  }

  private static GenerationRequest parse(String json) {
    return order(json).request();
  }

  private static GenerationRequestJson.Order order(String json) {
    return GenerationRequestJson.parse(json.getBytes(StandardCharsets.UTF_8), Client.ANYBODY);
  }

  private static ApiError error(String json) {
    return error(json.getBytes(StandardCharsets.UTF_8));
  }

  private static ApiError error(byte[] json) {
    ApiError error =
        catchThrowableOfType(
                ApiException.class, () -> GenerationRequestJson.parse(json, Client.ANYBODY))
            .error();
    assertThat(error.status().intValue()).isEqualTo(400);
    return error;
  }
}
