package io.stepwise.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a server answered. */
record Answer(int status, Map<String, List<String>> headers, byte[] body) {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  Optional<String> header(String name) {
    return headers.entrySet().stream()
        .filter(header -> header.getKey().equalsIgnoreCase(name))
        .map(header -> String.join(", ", header.getValue()))
        .findFirst();
  }

  JsonNode json() {
    try {
      return MAPPER.readTree(body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the error object, which must have exactly the four fields of OpenAI's. */
  JsonNode error() {
    JsonNode error = json().path("error");
    if (!List.of("message", "type", "param", "code").equals(names(error))) {
      throw new AssertionError("no error: " + json());
    }
    return error;
  }

  String message() {
    return error().path("message").asText();
  }

  String code() {
    return error().path("code").asText();
  }

  private static List<String> names(JsonNode object) {
    return object.properties().stream().map(Map.Entry::getKey).toList();
  }
}
