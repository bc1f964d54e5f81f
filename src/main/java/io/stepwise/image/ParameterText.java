package io.stepwise.image;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The grammar of generation parameters: a label on its line, then {@code Name: value, ...}. */
final class ParameterText {

  private static final Pattern FIELD =
      Pattern.compile("\\s*(\\w[\\w \\-/]+):\\s*(\"(?:\\\\.|[^\\\\\"])*\"|[^,]*)(?:,|$)");
  private static final Pattern NOT_PLAIN = Pattern.compile("[,:\"\\p{Cntrl}\u2028\u2029]");
  private static final Pattern NOT_ON_A_LINE =
      Pattern.compile("[\\p{Cntrl}\u2028\u2029]|^\"|^Negative prompt:");
  private static final ObjectMapper JSON = new ObjectMapper();

  private ParameterText() {}

  static String fields(Map<String, String> fields) {
    return fields.entrySet().stream()
        .map(field -> field.getKey() + ": " + quoted(field.getValue(), NOT_PLAIN))
        .collect(Collectors.joining(", "));
  }

  static String label(String label) {
    return quoted(label, NOT_ON_A_LINE);
  }

  static Map<String, String> parseFields(String line) {
    Map<String, String> fields = new LinkedHashMap<>();
    Matcher matcher = FIELD.matcher(line);
    while (matcher.find()) {
      fields.put(matcher.group(1), unquoted(matcher.group(2)));
    }
    return fields;
  }

  static String parseLabel(String label) {
    return unquoted(label);
  }

  private static String quoted(String text, Pattern special) {
    if (!special.matcher(text).find() && text.equals(text.strip())) {
      return text;
    }
    try {
      return JSON.writeValueAsString(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("text: " + text, e);
    }
  }

  private static String unquoted(String text) {
    if (text.length() < 2 || !text.startsWith("\"") || !text.endsWith("\"")) {
      return text;
    }
    try {
      return JSON.readValue(text, String.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("parameters: " + text + " (expected: a JSON string)", e);
    }
  }
}
