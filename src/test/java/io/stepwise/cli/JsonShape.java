package io.stepwise.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Compares keys and types of two JSON values, and no other content of theirs. */
final class JsonShape {

  private final List<String> differences = new ArrayList<>();

  private JsonShape() {}

  /**
   * Returns where the shapes differ. An array's elements are like the first of the real one; null
   * is like anything.
   */
  static List<String> differences(JsonNode shown, JsonNode real) {
    JsonShape shape = new JsonShape();
    shape.compare("", shown, real);
    return shape.differences;
  }

  private void compare(String place, JsonNode shown, JsonNode real) {
    if (shown.isNull() || real.isNull()) {
      return;
    }
    if (shown.getNodeType() != real.getNodeType()) {
      differences.add(place + ": " + shown.getNodeType() + ", really " + real.getNodeType());
    } else if (shown.isArray()) {
      compareElements(place, shown, real);
    } else if (shown.isObject()) {
      compareFields(place, shown, real);
    }
  }

  private void compareElements(String place, JsonNode shown, JsonNode real) {
    if (shown.isEmpty() != real.isEmpty()) {
      differences.add(place + ": " + shown.size() + " elements, really " + real.size());
    }
    for (int i = 0; i < shown.size() && !real.isEmpty(); i++) {
      compare(place + "/" + i, shown.get(i), real.get(0));
    }
  }

  private void compareFields(String place, JsonNode shown, JsonNode real) {
    if (!names(shown).equals(names(real))) {
      differences.add(place + ": " + names(shown) + ", really " + names(real));
    }
    shown
        .properties()
        .forEach(
            field -> {
              if (real.has(field.getKey())) {
                compare(place + "/" + field.getKey(), field.getValue(), real.get(field.getKey()));
              }
            });
  }

  private static Set<String> names(JsonNode object) {
    Set<String> names = new TreeSet<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }
}
