package io.stepwise.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The value of a field, read as exactly the type that the field has: no text for a number, no 10.0
 * for an integer. Valid only while its object is being read.
 */
final class FieldValue {

  private static final int SHOWN = 100;

  /** Takes an element of an array. */
  @FunctionalInterface
  interface Element {

    /**
     * Reads the value.
     *
     * @throws ApiException if it is not what belongs there
     */
    void read(FieldValue value) throws IOException;
  }

  private final String field;
  private final JsonParser parser;

  FieldValue(String field, JsonParser parser) {
    this.field = field;
    this.parser = parser;
  }

  /** Returns a string. */
  String text() throws IOException {
    if (parser.currentToken() != JsonToken.VALUE_STRING) {
      throw unexpected("a string");
    }
    String text = parser.getText();
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      throw unexpected("Unicode text without half surrogate pairs");
    }
    return text;
  }

  /** Returns a string that is one of these. */
  String oneOf(String... choices) throws IOException {
    List<String> quoted = Arrays.stream(choices).map(FieldValue::quoted).toList();
    if (parser.currentToken() != JsonToken.VALUE_STRING
        || !Arrays.asList(choices).contains(parser.getText())) {
      throw unexpected(quoted.stream().collect(Collectors.joining(" or ")));
    }
    return parser.getText();
  }

  /** Returns an integer of 32 bits. */
  int integer() throws IOException {
    long value = wide("an integer");
    if (value != (int) value) {
      throw unexpected("an integer from " + Integer.MIN_VALUE + " to " + Integer.MAX_VALUE);
    }
    return (int) value;
  }

  /** Returns an integer of 64 bits. */
  long wideInteger() throws IOException {
    return wide("an integer");
  }

  /** Returns a finite number. */
  double number() throws IOException {
    JsonToken token = parser.currentToken();
    if (token != JsonToken.VALUE_NUMBER_INT && token != JsonToken.VALUE_NUMBER_FLOAT) {
      throw unexpected("a number");
    }
    double value = parser.getDoubleValue();
    if (!Double.isFinite(value)) {
      throw unexpected("a number that a double can hold");
    }
    return value;
  }

  /** Returns true or false. */
  boolean flag() throws IOException {
    JsonToken token = parser.currentToken();
    if (token != JsonToken.VALUE_TRUE && token != JsonToken.VALUE_FALSE) {
      throw unexpected("true or false");
    }
    return token == JsonToken.VALUE_TRUE;
  }

  /** Reads an object. */
  <T> void object(Map<String, StrictJson.Field<T>> fields, T target) throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw unexpected("an object");
    }
    StrictJson.readFields(parser, field + ".", fields, target);
  }

  /** Reads an array; the elements are called {@code field[0]} and so on. */
  void elements(Element element) throws IOException {
    if (!isArray()) {
      throw unexpected("an array");
    }
    for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
      element.read(new FieldValue(field + "[" + i + "]", parser));
    }
  }

  boolean isArray() {
    return parser.currentToken() == JsonToken.START_ARRAY;
  }

  /** Returns a {@code String}, a {@code Long} or a finite {@code Double}, as it stands there. */
  Object scalar() throws IOException {
    return switch (parser.currentToken()) {
      case VALUE_STRING -> text();
      case VALUE_NUMBER_INT -> wideInteger();
      case VALUE_NUMBER_FLOAT -> number();
      default -> throw unexpected("a string or a number");
    };
  }

  /** Returns the error of a value that is not what the field takes. */
  ApiException unexpected(String expectation) throws IOException {
    return new ApiException(ApiError.invalidValue(field, shown(), expectation));
  }

  /** Returns the error of a field that the object, which was read, lacks. */
  ApiException missing(String name, String expectation) {
    return fieldError(name, "missing", expectation);
  }

  /** Returns the error of a field of the object, which was read. */
  ApiException fieldError(String name, String value, String expectation) {
    return new ApiException(ApiError.invalidValue(field + "." + name, value, expectation));
  }

  private long wide(String expectation) throws IOException {
    if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT) {
      throw unexpected(expectation);
    }
    if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
      throw unexpected("an integer from " + Long.MIN_VALUE + " to " + Long.MAX_VALUE);
    }
    return parser.getLongValue();
  }

  private String shown() throws IOException {
    JsonToken token = parser.currentToken();
    if (token == JsonToken.START_OBJECT) {
      return "an object";
    }
    if (token == JsonToken.START_ARRAY) {
      return "an array";
    }
    String text = parser.getText();
    return token == JsonToken.VALUE_STRING ? quoted(text) : cut(text);
  }

  static String quoted(String text) {
    return '"' + cut(text) + '"';
  }

  static String cut(String text) {
    return text.length() > SHOWN ? text.substring(0, SHOWN) + "..." : text;
  }
}
