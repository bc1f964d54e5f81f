package io.stepwise.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ContainerNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Damages JSON: other values, fields and elements, or other bytes. */
final class JsonFuzzer {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "false",
          "0",
          "-1",
          "1",
          "2",
          "7",
          "1000",
          "1001",
          "2147483648",
          "1e400",
          "-9223372036854775808",
          "9223372036854775808",
          "0.1",
          "-0.0",
          "1e-320",
          "\"\"",
          "[]",
          "{}",
          "[[[[[[[[[[[[]]]]]]]]]]]]",
          "{\"a\":{\"b\":{\"c\":1}}}",
          "\"bag\"",
          "\"class:1\"",
          "\"\\u0000\"",
          "\"\\ud800\"",
          "\"\\u202e\\ud83d\\udc5f\"",
          "\"../../etc/passwd\"",
          "\"toy\"",
          "\"ddim\"",
          "\"3x2\"",
          "[1,2,3]",
          "[1]",
          "[2,1]",
          "[[1],[2]]",
          "[\"bag\",\"\"]",
          "[null]");

  private static final List<String> NAMES =
      List.of("n", "seed", "steps", "prompt", "inputs", "__proto__", "", "id", "stream", "\u00e9");

  private static final byte[] LIKELY =
      "{}[]\":,\\0123456789.eE+-truefalsnud \n\0\ufeff".getBytes(StandardCharsets.UTF_8);

  private final Random random;

  JsonFuzzer(Random random) {
    this.random = random;
  }

  /** Returns JSON that is a little like the given one, or no JSON any more. */
  byte[] damaged(String json) {
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    for (int hits = random.nextInt(3); hits > 0; hits--) {
      body = random.nextInt(3) == 0 ? bytesDamaged(body) : valuesDamaged(body);
    }
    return body;
  }

  private byte[] valuesDamaged(byte[] body) {
    JsonNode root;
    try {
      root = JSON.readTree(body);
    } catch (IOException e) {
      return bytesDamaged(body);
    }
    List<ContainerNode<?>> places = new ArrayList<>();
    collect(root, places);
    if (places.isEmpty()) {
      return any(VALUES).getBytes(StandardCharsets.UTF_8);
    }
    ContainerNode<?> place = any(places);
    if (place instanceof ObjectNode object) {
      List<String> names = new ArrayList<>(NAMES);
      object.fieldNames().forEachRemaining(names::add);
      damage(object, random.nextBoolean() ? names.get(names.size() - 1) : any(names));
    } else if (place instanceof ArrayNode array) {
      damage(array);
    }
    return root.toString().getBytes(StandardCharsets.UTF_8);
  }

  private void damage(ObjectNode object, String name) {
    if (random.nextInt(4) == 0) {
      object.remove(name);
    } else {
      object.set(name, value());
    }
  }

  private void damage(ArrayNode array) {
    int choice = random.nextInt(3);
    if (choice == 0 || array.isEmpty()) {
      array.insert(random.nextInt(array.size() + 1), value());
    } else if (choice == 1) {
      array.remove(random.nextInt(array.size()));
    } else {
      JsonNode copied = array.get(random.nextInt(array.size()));
      for (int copies = random.nextInt(2000); copies > 0; copies--) {
        array.add(copied);
      }
    }
  }

  private JsonNode value() {
    try {
      return switch (random.nextInt(12)) {
        case 0 -> JSON.getNodeFactory().numberNode(random.nextLong());
        case 1 -> JSON.getNodeFactory().textNode("x".repeat(random.nextInt(5000)));
        default -> JSON.readTree(any(VALUES));
      };
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private byte[] bytesDamaged(byte[] original) {
    byte[] body = original.length == 0 ? new byte[1] : original.clone();
    int at = random.nextInt(body.length);
    body[at] =
        random.nextBoolean() ? LIKELY[random.nextInt(LIKELY.length)] : (byte) random.nextInt(256);
    int length = random.nextInt(6) == 0 ? random.nextInt(body.length) : body.length;
    return Arrays.copyOf(body, length);
  }

  private static void collect(JsonNode node, List<ContainerNode<?>> places) {
    if (node instanceof ContainerNode<?> container) {
      places.add(container);
    }
    node.forEach(child -> collect(child, places));
  }

  private <T> T any(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }
}
