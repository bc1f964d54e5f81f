package io.stepwise.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The value of a field, read as exactly the type that the field has: no text for a number, no 10.0
 * for an integer. Valid only while its object is being read.
 */
final class FieldValue {

  private static final int SHOWN = 100;

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

  /** Returns the error of a value that is not what the field takes. */
  ApiException unexpected(String expectation) throws IOException {
    return new ApiException(ApiError.invalidValue(field, shown(), expectation));
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
