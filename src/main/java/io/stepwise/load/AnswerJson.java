package io.stepwise.load;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;

/** What the server's JSON says about a request. */
final class AnswerJson {

  private static final int MESSAGE_LENGTH = 300;

  private AnswerJson() {}

  /** Reads a whole answer with its images and ends the exchange. */
  static void readImages(byte[] body, Exchange exchange) {
    JsonNode answer = Json.parse(body);
    for (JsonNode image : answer.path("data")) {
      if (isImage(image)) {
        exchange.imageArrived();
      }
    }
    answer.path("failures").forEach(failure -> exchange.imageFailed());
    readUsage(answer.path("usage"), exchange);
    exchange.complete();
  }

  /** Returns whether an object holds an image or says where it is. */
  static boolean isImage(JsonNode object) {
    return !object.path("b64_json").asText("").isEmpty()
        || !object.path("url").asText("").isEmpty();
  }

  /** Reads what the request cost, if the server says so. */
  static void readUsage(JsonNode usage, Exchange exchange) {
    if (usage.path("queue_ms").isNumber()) {
      exchange.used(usage.get("queue_ms").asDouble(), usage.path("steps").asLong(Sample.UNKNOWN));
    }
  }

  /** Returns the end of a request that was answered with another status than 200. */
  static Ending refusal(int status, byte[] body) {
    JsonNode error = Json.parse(body).path("error");
    if (error.isObject()) {
      return error("HTTP " + status, error);
    }
    String text = new String(body, StandardCharsets.UTF_8).strip();
    return Ending.failed("HTTP " + status, shortened(text));
  }

  /**
   * Returns the end of a request that an error object tells of.
   *
   * @param where what the name of the error begins with
   */
  static Ending error(String where, JsonNode error) {
    return Ending.failed((where + " " + code(error)).strip(), shortened(message(error)));
  }

  /** Returns an error's code, or else its type, or nothing. */
  static String code(JsonNode error) {
    return error.path("code").asText(error.path("type").asText(""));
  }

  private static String message(JsonNode error) {
    return error.path("message").asText("");
  }

  private static String shortened(String text) {
    return text.length() <= MESSAGE_LENGTH ? text : text.substring(0, MESSAGE_LENGTH) + "...";
  }
}
