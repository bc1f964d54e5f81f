package io.stepwise.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** What the stub says. */
final class StubMessages {

  static final String QUEUE_FULL = error("full of images", "queue_full");
  static final String CANCELLED = error("it was cancelled", "cancelled");
  static final int QUEUE_MILLIS = 7;

  private StubMessages() {}

  /** Returns an answer with as many images as were asked for. */
  static String images(JsonNode body) {
    ObjectNode answer = Json.object();
    for (int i = 0; i < body.path("n").asInt(); i++) {
      answer.withArray("data").addObject().put("b64_json", StubServer.base64());
    }
    answer.set("usage", usage(body.path("steps").asInt() * body.path("n").asInt()));
    return answer.toString();
  }

  static ObjectNode usage(int steps) {
    return Json.object().put("queue_ms", QUEUE_MILLIS).put("run_ms", 1).put("steps", steps);
  }

  static ObjectNode partialImage(int index) {
    return Json.object()
        .put("type", "image_generation.partial_image")
        .put("b64_json", StubServer.base64())
        .put("index", index);
  }

  static ObjectNode completed(int index) {
    return Json.object()
        .put("type", "image_generation.completed")
        .put("b64_json", StubServer.base64())
        .put("index", index);
  }

  private static String error(String message, String code) {
    ObjectNode json = Json.object();
    json.putObject("error").put("message", message).put("type", "error").put("code", code);
    return json.toString();
  }
}
