package io.stepwise.http;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An input of an Open Inference request.
 *
 * @param shape [n] or [n, 1]
 * @param values the n elements: {@code Long} for integer types, {@code Double} for floating ones,
 *     {@code String} for BYTES
 */
record InferenceTensor(String name, InferenceType type, List<Integer> shape, List<Object> values) {

  /** More than any setting allows images in a request. */
  private static final int MOST_ELEMENTS = 1000;

  private static final int MOST_DIMENSIONS = 2;

  private static final Map<String, StrictJson.Field<Draft>> FIELDS =
      Map.of(
          "name", (value, draft) -> draft.name = value.text(),
          "datatype", (value, draft) -> draft.type = InferenceType.read(value),
          "shape", (value, draft) -> value.elements(size -> draft.addSize(size)),
          "data", (value, draft) -> draft.readData(value, 0),
          "parameters", (value, draft) -> value.object(InferenceParameters.OF_INPUT, draft));

  /** Copies the lists. */
  InferenceTensor {
    shape = List.copyOf(shape);
    values = List.copyOf(values);
  }

  /**
   * Reads a tensor.
   *
   * @throws ApiException if it is none, or its data does not fit its type or shape
   */
  static InferenceTensor read(FieldValue value) throws IOException {
    Draft draft = new Draft(value);
    value.object(FIELDS, draft);
    return draft.tensor();
  }

  /** What was read so far; the fields of a tensor come in any order. */
  static final class Draft {

    private final FieldValue place;
    private final List<Integer> shape = new ArrayList<>();
    private final List<Integer> nesting = new ArrayList<>();
    private final List<Object> values = new ArrayList<>();
    private @Nullable String name;
    private @Nullable InferenceType type;
    private boolean isUneven;

    Draft(FieldValue place) {
      this.place = place;
    }

    void addSize(FieldValue size) throws IOException {
      int read = size.integer();
      if (read < 1 || read > MOST_ELEMENTS) {
        throw size.unexpected("1 to " + MOST_ELEMENTS);
      }
      if (shape.size() == MOST_DIMENSIONS) {
        throw size.unexpected("no third dimension");
      }
      shape.add(read);
    }

    /** Reads an array whose elements are all arrays of one length, or all no arrays. */
    void readData(FieldValue data, int depth) throws IOException {
      int[] length = {0};
      boolean isFirst = nesting.size() == depth;
      if (isFirst) {
        nesting.add(0);
      }
      data.elements(
          element -> {
            length[0]++;
            boolean isDeeper = element.isArray();
            if (!values.isEmpty() && isDeeper != (depth + 1 < nesting.size())) {
              throw element.unexpected("flat data, or arrays nested as the shape says");
            }
            if (isDeeper && depth + 1 == MOST_DIMENSIONS) {
              throw element.unexpected("data no deeper than [n, 1]");
            }
            if (isDeeper) {
              readData(element, depth + 1);
            } else {
              addValue(element);
            }
          });
      isUneven |= !isFirst && nesting.get(depth) != length[0];
      nesting.set(depth, length[0]);
    }

    private void addValue(FieldValue element) throws IOException {
      if (values.size() == MOST_ELEMENTS) {
        throw element.unexpected("at most " + MOST_ELEMENTS + " elements");
      }
      values.add(element.scalar());
    }

    InferenceTensor tensor() {
      if (name == null) {
        throw place.missing("name", "the name of an input");
      }
      if (type == null) {
        throw place.missing("datatype", InferenceType.NAMES);
      }
      if (shape.isEmpty()) {
        throw place.missing("shape", "[n] or [n, 1]");
      }
      int size = shape.stream().reduce(1, (a, b) -> a * b);
      boolean isNested = nesting.size() > 1;
      if (values.size() != size || isUneven || (isNested && !nesting.equals(shape))) {
        throw ApiError.invalidValue(
                name + ".data",
                isUneven ? "uneven arrays" : nesting + " elements",
                shape + " as its shape says, flat or nested")
            .exception();
      }
      InferenceType declared = type;
      List<Object> typed = new ArrayList<>();
      for (int i = 0; i < size; i++) {
        typed.add(declared.typed(name + ".data[" + i + "]", values.get(i)));
      }
      return new InferenceTensor(name, declared, shape, typed);
    }
  }
}
