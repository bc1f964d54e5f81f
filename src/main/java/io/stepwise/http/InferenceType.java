package io.stepwise.http;

import java.io.IOException;
import java.util.Arrays;
import java.util.stream.Collectors;

/** The types of the Open Inference Protocol that inputs may have. */
enum InferenceType {
  INT8(Byte.MIN_VALUE, Byte.MAX_VALUE),
  INT16(Short.MIN_VALUE, Short.MAX_VALUE),
  INT32(Integer.MIN_VALUE, Integer.MAX_VALUE),
  INT64(Long.MIN_VALUE, Long.MAX_VALUE),
  UINT8(0, (1L << 8) - 1),
  UINT16(0, (1L << 16) - 1),
  UINT32(0, (1L << 32) - 1),
  UINT64(0, Long.MAX_VALUE),
  FP32(0, 0),
  FP64(0, 0),
  BYTES(0, 0);

  static final String NAMES =
      Arrays.stream(values()).map(Enum::name).collect(Collectors.joining(", "));

  private final long least;
  private final long most;

  InferenceType(long least, long most) {
    this.least = least;
    this.most = most;
  }

  /** Reads the name of a type. */
  static InferenceType read(FieldValue value) throws IOException {
    String name = value.text();
    for (InferenceType type : values()) {
      if (type.name().equals(name)) {
        return type;
      }
    }
    throw value.unexpected("one of " + NAMES);
  }

  boolean isText() {
    return this == BYTES;
  }

  boolean isInteger() {
    return most > 0;
  }

  /**
   * Returns a value as {@code Long}, {@code Double} or {@code String}, whichever the type has.
   *
   * @param place what errors call it
   * @throws ApiException if the type has no such value
   */
  Object typed(String place, Object value) {
    if (isText() && value instanceof String) {
      return value;
    }
    if (isInteger() && value instanceof Long integer && integer >= least && integer <= most) {
      return integer;
    }
    if (!isText() && !isInteger() && value instanceof Number number) {
      return number.doubleValue();
    }
    String shown = value instanceof String text ? FieldValue.quoted(text) : value.toString();
    throw ApiError.invalidValue(place, shown, expectation()).exception();
  }

  private String expectation() {
    if (isText()) {
      return "a string, for the datatype is BYTES";
    }
    return isInteger()
        ? "an integer from " + least + " to " + most + ", for the datatype is " + name()
        : "a number, for the datatype is " + name();
  }
}
