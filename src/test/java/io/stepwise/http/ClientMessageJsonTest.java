package io.stepwise.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.stepwise.sampling.Client;
import io.stepwise.sampling.GenerationRequest;
import io.stepwise.sampling.Previews;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientMessageJsonTest {

  @Test
  void generateTakesTheFieldsOfThePost() {
    ClientMessage.Generate generate =
        generate(
            """
            {"type": "generate", "id": "a", "prompt": "bag", "n": 2, "steps": 9, "seed": 3,
             "solver": "ddim", "response_format": "b64_json", "stream": true, "user": "u",
             "preview_every": 4, "preview": "noisy"}
            """);
    GenerationRequest request = generate.request();
    assertThat(generate.id()).isEqualTo("a");
    assertThat(request)
        .isEqualTo(
            GenerationRequest.builder(request.id())
                .prompt("bag")
                .n(2)
                .steps(9)
                .seed(3L)
                .solver("ddim")
                .previews(new Previews(4, Previews.Kind.NOISY))
                .build());
  }

  @Test
  void everyStepIsShownDenoisedUnlessToldOtherwise() {
    assertThat(generate("{\"type\": \"generate\"}").request().previews())
        .isEqualTo(new Previews(1, Previews.Kind.DENOISED));
    assertThat(generate("{\"type\": \"generate\", \"preview_every\": 0}").request().previews())
        .isNull();
  }

  @Test
  void onlyADetachedGenerationHasItsIdEverywhere() {
    ClientMessage.Generate attached = generate("{\"type\": \"generate\", \"id\": \"a\"}");
    assertThat(attached.request().id()).isNotEqualTo("a");
    assertThat(attached.request().detached()).isFalse();
    ClientMessage.Generate detached =
        generate("{\"detached\": true, \"id\": \"a\", \"type\": \"generate\"}");
    assertThat(detached.request().id()).isEqualTo("a");
    assertThat(detached.request().detached()).isTrue();
    ClientMessage.Generate unnamed = generate("{\"type\": \"generate\", \"detached\": true}");
    assertThat(unnamed.request().id()).isEqualTo(unnamed.id());
  }

  @Test
  void otherMessagesAreRead() {
    assertThat(parse("{\"type\": \"cancel\", \"id\": \"a\"}"))
        .isEqualTo(new ClientMessage.Cancel("a"));
    assertThat(parse("{\"type\": \"watch\", \"topic\": \"fleet\"}"))
        .isEqualTo(new ClientMessage.Watch(ClientMessage.Topic.FLEET, true));
    assertThat(parse("{\"topic\": \"fleet\", \"type\": \"unwatch\"}"))
        .isEqualTo(new ClientMessage.Watch(ClientMessage.Topic.FLEET, false));
    assertThat(parse("{\"type\": \"ping\"}")).isEqualTo(new ClientMessage.Ping());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "{\"type\": \"generat\"} | type: \"generat\" (expected: generate, cancel, watch, unwatch or ping)",
        "{} | type: missing (expected: generate, cancel, watch, unwatch or ping)",
        "{\"prompt\": \"bag\"} | type: missing (expected: generate, cancel, watch, unwatch or ping)",
        "{\"type\": 7} | type: 7 (expected: a string)",
        "{\"type\": [[[[[[[[[[[[]]]]]]]]]]]]} | type: an array (expected: a string)",
        "[] | body: an array (expected: a JSON object)",
        "nonsense | body: no valid JSON at line 1, column 1 (expected: a JSON object)",
        "{\"type\": \"cancel\"} | id: missing (expected: the id of a generation)",
        "{\"type\": \"cancel\", \"id\": \"a b\"} | id: \"a b\" (expected: 1 to 64 letters, digits, underscores and dashes)",
        "{\"type\": \"watch\"} | topic: missing (expected: fleet or training)",
        "{\"type\": \"watch\", \"topic\": \"x\"} | topic: \"x\" (expected: \"fleet\" or \"training\")",
        "{\"type\": \"ping\", \"id\": \"a\"} | id: unknown field (expected: type)",
        "{\"type\": \"generate\", \"preview_every\": -1} | preview_every: -1 (expected: 0 to 10000)",
        "{\"type\": \"generate\", \"preview\": \"raw\"} | preview: \"raw\" (expected: \"denoised\" or \"noisy\")",
        "{\"type\": \"generate\", \"detached\": 1} | detached: 1 (expected: true or false)",
        "{\"type\": \"generate\", \"partial_images\": 2} | partial_images: 2 (expected: 0)",
        "{\"type\": \"generate\", \"n\": \"2\"} | n: \"2\" (expected: an integer)",
        "{\"type\": \"ping\", \"type\": \"ping\"} | type: given twice (expected: each field once)",
      })
  void whatIsWrongIsNamed(String json, String message) {
    ApiError error = catchThrowableOfType(ApiException.class, () -> parse(json)).error();
    assertThat(error.message()).isEqualTo(message);
    assertThat(error.status().intValue()).isEqualTo(400);
  }

  @Test
  void idIsFoundInAMessageThatIsWrong() {
    assertThat(idOf("{\"type\": \"generate\", \"stepz\": 3, \"id\": \"a\"}")).isEqualTo("a");
    assertThat(idOf("{\"id\": \"a\", \"n\": {\"id\": \"b\"}, \"type\": \"generate\"}"))
        .isEqualTo("a");
    assertThat(idOf("{\"n\": {\"id\": \"b\"}, \"type\": \"generate\"}")).isEmpty();
    assertThat(idOf("{\"type\": \"cancel\", \"id\": \"a\"}")).isEmpty();
    assertThat(idOf("{\"type\": \"generate\", \"id\": \"a b\"}")).isEmpty();
    assertThat(idOf("{\"type\": \"generate\", \"id\": ")).isEmpty();
  }

  @Test
  void damagedMessagesAreReadOrRefusedAndNothingElse() {
    byte[] whole =
        """
        {"type": "generate", "id": "a-1", "prompt": "bag", "n": 3, "preview_every": 2,
         "preview": "denoised", "detached": false, "seed": -7, "guidance": 3.5e0}
        """
            .getBytes(StandardCharsets.UTF_8);
    Random random = new Random(5);
    int read = 0;
    for (int i = 0; i < 10_000; i++) {
      byte[] message = whole.clone();
      message[random.nextInt(message.length)] = (byte) random.nextInt(256);
      try {
        ClientMessageJson.parse(message, Client.ANYBODY);
        read++;
      } catch (ApiException refused) {
        ClientMessageJson.idOfGeneration(message);
      }
    }
    assertThat(read).isBetween(100, 5_000);
  }

  private static String idOf(String json) {
    return ClientMessageJson.idOfGeneration(json.getBytes(StandardCharsets.UTF_8)).orElse("");
  }

  private static ClientMessage.Generate generate(String json) {
    return (ClientMessage.Generate) parse(json);
  }

  private static ClientMessage parse(String json) {
    return ClientMessageJson.parse(json.getBytes(StandardCharsets.UTF_8), Client.ANYBODY);
  }
}
