package io.stepwise.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON objects and accepts nothing that could be a mistake: unknown or repeated fields,
 * anything after the object, text that is not UTF-8. A field that is null counts as not given.
 *
 * <p>Reads token by token and stops at the first error, so that no body costs more than its size.
 */
final class StrictJson {

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNumberLength(100)
                  .maxNameLength(1000)
                  .maxNestingDepth(10)
                  .build())
          .build();

  /** Puts the value of a field where it belongs. */
  @FunctionalInterface
  interface Field<T> {

    /**
     * Reads the value.
     *
     * @throws ApiException if it is not what the field takes
     */
    void read(FieldValue value, T target) throws IOException;
  }

  private StrictJson() {}

  /**
   * Reads an object.
   *
   * @param fields all fields that it may have
   * @param target what the fields are read into
   * @throws ApiException naming the first thing that is wrong
   */
  static <T> void readObject(byte[] json, Map<String, Field<T>> fields, T target) {
    try (JsonParser parser = FACTORY.createParser(utf8(json))) {
      try {
        readObject(parser, fields, target);
      } catch (JsonProcessingException e) {
        throw malformed(e, parser);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Returns the text of the first field of this name, if the object has one as far as it can be
   * read; says nothing of whether anything else is right.
   */
  static Optional<String> peek(byte[] json, String name) {
    try (JsonParser parser = FACTORY.createParser(utf8(json))) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return Optional.empty();
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        boolean isIt = parser.currentName().equals(name);
        JsonToken value = parser.nextToken();
        if (isIt) {
          return value == JsonToken.VALUE_STRING ? Optional.of(parser.getText()) : Optional.empty();
        }
        parser.skipChildren();
      }
      return Optional.empty();
    } catch (JsonProcessingException | ApiException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static <T> void readObject(JsonParser parser, Map<String, Field<T>> fields, T target)
      throws IOException {
    JsonToken start = parser.nextToken();
    if (start != JsonToken.START_OBJECT) {
      throw invalid("invalid_json", null, "body: " + named(start) + " (expected: a JSON object)");
    }
    readFields(parser, "", fields, target);
    if (parser.nextToken() != null) {
      throw invalid("invalid_json", null, "body: more than one value (expected: one JSON object)");
    }
  }

  /**
   * Reads the fields of an object whose start was read.
   *
   * @param prefix what errors put before the name of a field: empty, or {@code inputs[0].}
   */
  static <T> void readFields(
      JsonParser parser, String prefix, Map<String, Field<T>> fields, T target) throws IOException {
    Set<String> seen = new HashSet<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      Field<T> field = fields.get(name);
      if (field == null) {
        throw unknown(prefix + FieldValue.cut(name), fields.keySet());
      }
      if (!seen.add(name)) {
        throw invalid(
            "duplicate_parameter",
            prefix + name,
            prefix + name + ": given twice (expected: each field once)");
      }
      if (parser.nextToken() != JsonToken.VALUE_NULL) {
        field.read(new FieldValue(prefix + name, parser), target);
      }
    }
  }

  private static String utf8(byte[] json) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(json)).toString();
    } catch (CharacterCodingException e) {
      throw invalid("invalid_json", null, "body: not UTF-8 (expected: a JSON object in UTF-8)");
    }
  }

  private static String named(@Nullable JsonToken token) {
    if (token == null) {
      return "empty";
    }
    return token == JsonToken.START_ARRAY ? "an array" : "a single value";
  }

  private static ApiException unknown(String shown, Set<String> known) {
    String message = shown + ": unknown field (expected: " + String.join(", ", known) + ")";
    return invalid("unknown_parameter", shown, message);
  }

  private static ApiException malformed(JsonProcessingException e, JsonParser parser)
      throws IOException {
    String field = parser.currentName();
    String shown = field == null ? null : FieldValue.cut(field);
    String what =
        e instanceof StreamConstraintsException ? "too long a name or number" : "no valid JSON";
    JsonLocation where = Objects.requireNonNullElseGet(e.getLocation(), parser::currentLocation);
    String message =
        "%s: %s at line %d, column %d (expected: a JSON object)"
            .formatted(
                Objects.requireNonNullElse(shown, "body"),
                what,
                where.getLineNr(),
                where.getColumnNr());
    return invalid("invalid_json", shown, message);
  }

  private static ApiException invalid(String code, @Nullable String param, String message) {
    return new ApiException(ApiError.invalid(StatusCodes.BAD_REQUEST, code, param, message));
  }
}
