package io.stepwise.network;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * The JSON header of a safetensors file, checked against the bytes that follow it: the tensors lie
 * side by side and fill them, so that none overlaps another.
 *
 * @param entries where each tensor lies, in the order of the header
 */
record SafetensorsHeader(List<Entry> entries) {

  static final String METADATA = "__metadata__";

  /**
   * Where one tensor lies.
   *
   * @param name its dotted name
   * @param type its number format
   * @param shape its dimensions
   * @param begin its first byte, counted from the end of the header
   * @param bytes how many bytes it has
   */
  record Entry(String name, TensorType type, long[] shape, long begin, int bytes) {

    /** Widens the tensor's bytes to float32. */
    TensorData decode(ByteBuffer buffer) {
      float[] values = new float[bytes / type.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = type.read(buffer);
      }
      return new TensorData(shape, values);
    }

    private long end() {
      return begin + bytes;
    }
  }

  /**
   * Reads a header.
   *
   * @param file named in errors
   * @param dataBytes how many bytes follow the header
   * @throws ModelFolderException if it is not JSON or does not fit the bytes that follow it
   */
  static SafetensorsHeader parse(Path file, byte[] json, long dataBytes) throws IOException {
    JsonNode header;
    try {
      header = ConfigFile.MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      throw new ModelFolderException(
          file, "not a safetensors file: its header is not JSON: " + e.getOriginalMessage(), e);
    }
    if (!header.isObject()) {
      throw new ModelFolderException(
          file, "not a safetensors file: its header is not a JSON object");
    }
    List<Entry> entries = new ArrayList<>();
    for (Map.Entry<String, JsonNode> field : header.properties()) {
      if (!field.getKey().equals(METADATA)) {
        try {
          entries.add(entry(field.getKey(), field.getValue(), dataBytes));
        } catch (IllegalArgumentException e) {
          throw new ModelFolderException(file, field.getKey() + ": " + e.getMessage(), e);
        }
      }
    }
    requireSideBySide(file, entries, dataBytes);
    return new SafetensorsHeader(entries);
  }

  private static Entry entry(String name, JsonNode node, long dataBytes) {
    TensorType type = type(node.path("dtype"));
    long[] shape = wholeNumbers("shape", node.path("shape"));
    long[] offsets = wholeNumbers("data_offsets", node.path("data_offsets"));
    if (offsets.length != 2 || offsets[1] < offsets[0]) {
      throw unexpected("data_offsets", node.path("data_offsets"), "[begin, end]");
    }
    if (offsets[1] > dataBytes) {
      throw new IllegalArgumentException(
          "truncated: ends at byte " + offsets[1] + " of " + dataBytes + " bytes of data");
    }
    long bytes = offsets[1] - offsets[0];
    try {
      long expected = Math.multiplyExact(TensorData.elements(shape), type.size());
      if (expected != bytes) {
        throw new IllegalArgumentException(
            "%d bytes (expected: %d for %s of shape %s)"
                .formatted(bytes, expected, type, Arrays.toString(shape)));
      }
      return new Entry(name, type, shape, offsets[0], Math.toIntExact(bytes));
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(
          "shape: " + Arrays.toString(shape) + " (expected: less than 2 GiB)", e);
    }
  }

  private static TensorType type(JsonNode node) {
    return Arrays.stream(TensorType.values())
        .filter(candidate -> node.isTextual() && candidate.name().equals(node.textValue()))
        .findFirst()
        .orElseThrow(
            () -> unexpected("dtype", node, "one of " + Arrays.toString(TensorType.values())));
  }

  private static long[] wholeNumbers(String field, JsonNode node) {
    long[] numbers = new long[node.size()];
    for (int i = 0; i < numbers.length; i++) {
      JsonNode element = node.path(i);
      if (!element.isIntegralNumber() || !element.canConvertToLong() || element.longValue() < 0) {
        throw unexpected(field, node, "whole numbers >= 0");
      }
      numbers[i] = element.longValue();
    }
    if (!node.isArray()) {
      throw unexpected(field, node, "an array of whole numbers");
    }
    return numbers;
  }

  private static void requireSideBySide(Path file, List<Entry> entries, long dataBytes) {
    long end = 0;
    for (Entry entry :
        entries.stream()
            .sorted(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end))
            .toList()) {
      if (entry.begin() != end) {
        throw new ModelFolderException(
            file,
            entry.name()
                + ": begins at byte "
                + entry.begin()
                + " (expected: "
                + end
                + ", where the tensor before it ends)");
      }
      end = entry.end();
    }
    if (end != dataBytes) {
      throw new ModelFolderException(
          file, dataBytes + " bytes of data (expected: " + end + ", where the last tensor ends)");
    }
  }

  private static IllegalArgumentException unexpected(
      String field, JsonNode value, String expectation) {
    return new IllegalArgumentException(
        field
            + ": "
            + (value.isMissingNode() ? "missing" : value)
            + " (expected: "
            + expectation
            + ")");
  }
}
