package io.stepwise.network;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Safetensors files: an 8-byte little-endian header length, a JSON header, then raw tensors.
 *
 * <p>A header is believed only as far as the file's size bears it out: nothing is allocated for
 * bytes that the file does not hold.
 */
public final class Safetensors {

  private static final int PREFIX_BYTES = 8;
  private static final long MAX_HEADER_BYTES = 100_000_000;
  private static final String METADATA = "__metadata__";

  private Safetensors() {}

  /**
   * Reads every tensor of a file, in the order of its header, widened to float32.
   *
   * @throws ModelFolderException if the file is missing, truncated, not safetensors, or holds a
   *     number format that cannot be read
   */
  public static Map<String, TensorData> read(Path file) {
    try (SeekableByteChannel channel = Files.newByteChannel(file)) {
      long size = channel.size();
      JsonNode header = readHeader(file, channel, size);
      long dataStart = channel.position();
      Map<String, TensorData> tensors = new LinkedHashMap<>();
      for (Map.Entry<String, JsonNode> entry : header.properties()) {
        if (!entry.getKey().equals(METADATA)) {
          Slice slice = slice(file, entry.getKey(), entry.getValue(), size - dataStart);
          channel.position(dataStart + slice.begin());
          tensors.put(entry.getKey(), slice.decode(readFully(channel, slice.bytes())));
        }
      }
      return tensors;
    } catch (IOException e) {
      throw new ModelFolderException(file, "cannot be read: " + ConfigFile.reason(e), e);
    }
  }

  /** Writes tensors as F32, in the order of the map, with aligned data. */
  public static void write(Path file, Map<String, TensorData> tensors) throws IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      write(out, tensors);
    }
  }

  /** Writes tensors as F32 to a stream, which stays open. */
  static void write(OutputStream out, Map<String, TensorData> tensors) throws IOException {
    ObjectNode header = ConfigFile.MAPPER.createObjectNode();
    header.putObject(METADATA).put("format", "pt");
    long offset = 0;
    for (Map.Entry<String, TensorData> entry : tensors.entrySet()) {
      ObjectNode tensor = header.putObject(entry.getKey()).put("dtype", TensorType.F32.name());
      Arrays.stream(entry.getValue().shape()).forEach(tensor.putArray("shape")::add);
      long end = offset + (long) TensorType.F32.size() * entry.getValue().values().length;
      tensor.putArray("data_offsets").add(offset).add(end);
      offset = end;
    }
    String json = ConfigFile.MAPPER.writeValueAsString(header);
    int padding = Math.floorMod(-json.getBytes(UTF_8).length, PREFIX_BYTES);
    byte[] headerBytes = (json + " ".repeat(padding)).getBytes(UTF_8);
    byte[] prefix = new byte[PREFIX_BYTES];
    ByteBuffer.wrap(prefix).order(ByteOrder.LITTLE_ENDIAN).putLong(headerBytes.length);
    out.write(prefix);
    out.write(headerBytes);
    for (TensorData tensor : tensors.values()) {
      out.write(bytes(tensor.values()));
    }
  }

  /** Returns values as little-endian float32 bytes. */
  static byte[] bytes(float[] values) {
    byte[] bytes = new byte[TensorType.F32.size() * values.length];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(values);
    return bytes;
  }

  private static JsonNode readHeader(Path file, SeekableByteChannel channel, long size)
      throws IOException {
    if (size < PREFIX_BYTES) {
      throw new ModelFolderException(
          file, size + " bytes (expected: a safetensors file, at least " + PREFIX_BYTES + ")");
    }
    long length = readFully(channel, PREFIX_BYTES).getLong();
    if (length < 2 || length > Math.min(MAX_HEADER_BYTES, size - PREFIX_BYTES)) {
      throw new ModelFolderException(
          file,
          "not a safetensors file, or truncated: header length "
              + Long.toUnsignedString(length)
              + " in a file of "
              + size
              + " bytes");
    }
    byte[] json = new byte[(int) length];
    readFully(channel, json.length).get(json);
    try {
      JsonNode header = ConfigFile.MAPPER.readTree(json);
      if (header == null || !header.isObject()) {
        throw new ModelFolderException(file, "header is not a JSON object");
      }
      return header;
    } catch (JsonProcessingException e) {
      throw new ModelFolderException(
          file, "not a safetensors file: its header is not JSON: " + e.getOriginalMessage(), e);
    }
  }

  private static Slice slice(Path file, String name, JsonNode entry, long dataBytes) {
    String typeName = entry.path("dtype").asText();
    TensorType type =
        Arrays.stream(TensorType.values())
            .filter(candidate -> candidate.name().equals(typeName))
            .findFirst()
            .orElseThrow(
                () ->
                    new ModelFolderException(
                        file,
                        name
                            + ": dtype "
                            + typeName
                            + " (expected: one of "
                            + Arrays.toString(TensorType.values())
                            + ")"));
    JsonNode offsets = entry.path("data_offsets");
    long begin = offsets.path(0).asLong(-1);
    long end = offsets.path(1).asLong(-1);
    if (begin < 0 || end < begin) {
      throw new ModelFolderException(
          file, name + ": data_offsets " + offsets + " (expected: [begin, end])");
    }
    if (end > dataBytes) {
      throw new ModelFolderException(
          file, name + ": truncated: ends at byte " + end + " of " + dataBytes + " bytes of data");
    }
    long[] shape = shape(file, name, entry.path("shape"));
    long bytes = end - begin;
    try {
      if (Math.multiplyExact(TensorData.elements(shape), type.size()) != bytes) {
        throw new ModelFolderException(
            file, name + ": " + bytes + " bytes for " + type + Arrays.toString(shape));
      }
      return new Slice(type, shape, begin, Math.toIntExact(bytes));
    } catch (ArithmeticException e) {
      throw new ModelFolderException(
          file, name + ": shape " + Arrays.toString(shape) + " (expected: less than 2 GiB)", e);
    }
  }

  private static long[] shape(Path file, String name, JsonNode node) {
    long[] shape = new long[node.size()];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = node.get(i).asLong(-1);
      if (shape[i] < 0 || !node.get(i).isIntegralNumber()) {
        throw new ModelFolderException(
            file, name + ": shape " + node + " (expected: whole numbers)");
      }
    }
    if (!node.isArray()) {
      throw new ModelFolderException(file, name + ": shape " + node + " (expected: an array)");
    }
    return shape;
  }

  private static ByteBuffer readFully(SeekableByteChannel channel, int count) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer) < 0) {
        throw new EOFException("the file ends " + buffer.remaining() + " bytes too early");
      }
    }
    return buffer.flip();
  }

  /** Where one tensor lies in the data part of a file. */
  private record Slice(TensorType type, long[] shape, long begin, int bytes) {

    TensorData decode(ByteBuffer buffer) {
      float[] values = new float[bytes / type.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = type.read(buffer);
      }
      return new TensorData(shape, values);
    }
  }
}
