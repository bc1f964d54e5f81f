package io.stepwise.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RequestJsonTest {

  private static final PlannedRequest PLANNED = new PlannedRequest(3, 0, 50, "boot", 7, null);
  private static final RequestOptions ALL =
      new RequestOptions(
          "m", List.of(), StepMix.NONE, 2, "28x28", "ddim", 3.0, Duration.ofSeconds(2), 10, 0);

  private static RequestJson json(boolean openAi, Streaming streaming, RequestOptions options) {
    Target target =
        new Target(
            URI.create("http://h/v1/"), null, openAi, streaming, 0, Duration.ofSeconds(1), 1);
    return new RequestJson(target, options, "load-x-");
  }

  @Test
  void requestHasTheFieldsThatWereGiven() {
    assertThat(json(false, Streaming.NONE, ALL).body(PLANNED))
        .hasToString(
            """
            {"model":"m","prompt":"boot","n":2,"size":"28x28","id":"load-x-3","seed":7,"steps":50,\
            "solver":"ddim","guidance":3.0,"deadline_ms":2000}""");
  }

  @Test
  void serversChoiceIsLeftToTheServer() {
    assertThat(
            json(false, Streaming.NONE, Asked.once())
                .body(new PlannedRequest(0, 0, StepMix.SERVERS_CHOICE, null, 7, null)))
        .hasToString("{\"n\":1,\"id\":\"load-x-0\",\"seed\":7}");
  }

  @Test
  void openAiGetsNothingButItsOwnFields() {
    PlannedRequest planned = new PlannedRequest(0, 0, StepMix.SERVERS_CHOICE, null, 7, null);

    assertThat(json(true, Streaming.NONE, Asked.once()).body(planned))
        .hasToString("{\"prompt\":\"a picture\",\"n\":1}");
    assertThat(json(true, Streaming.SSE, Asked.once()).body(planned))
        .hasToString("{\"prompt\":\"a picture\",\"n\":1,\"stream\":true,\"partial_images\":3}");
  }

  @Test
  void eventStreamAsksForAsManyPreviewsAsFitInTheSteps() {
    assertThat(json(false, Streaming.SSE, ALL).body(PLANNED).get("partial_images").asInt())
        .isEqualTo(5);
  }

  @Test
  void websocketMessageSaysHowOftenPreviewsCome() {
    assertThat(json(false, Streaming.WEBSOCKET, ALL).message(PLANNED))
        .hasToString(
            """
            {"type":"generate","model":"m","prompt":"boot","n":2,"size":"28x28","id":"load-x-3",\
            "seed":7,"steps":50,"solver":"ddim","guidance":3.0,"deadline_ms":2000,\
            "preview_every":10}""");
  }

  @Test
  void addressesFollowTheUrl() {
    Target target =
        new Target(
            URI.create("https://h:1/a/v1/"),
            null,
            false,
            Streaming.WEBSOCKET,
            0,
            Duration.ofSeconds(1),
            1);

    assertThat(target.path("/v1/models")).hasToString("https://h:1/a/v1/models");
    assertThat(target.socket("/v1/stream")).hasToString("wss://h:1/a/v1/stream");
  }
}
