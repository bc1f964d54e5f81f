package io.stepwise.network;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
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
  private static final int MAX_HEADER_BYTES = 1 << 24;
  private static final int ZIP_MAGIC = 0x04034b50;
  private static final int PICKLE_MAGIC = 0x80;
  private static final int MAX_PICKLE_PROTOCOL = 5;

  private Safetensors() {}

  /**
   * Reads every tensor of a file, in the order of its header, widened to float32.
   *
   * @throws ModelFolderException if the file is missing, truncated, not safetensors, or holds a
   *     number format that cannot be read
   */
  public static Map<String, TensorData> read(Path file) {
    try (SeekableByteChannel channel = ModelFile.open(file)) {
      SafetensorsHeader header = readHeader(file, channel);
      long dataStart = channel.position();
      Map<String, TensorData> tensors = new LinkedHashMap<>();
      for (SafetensorsHeader.Entry entry : header.entries()) {
        channel.position(dataStart + entry.begin());
        tensors.put(entry.name(), entry.decode(ModelFile.readFully(channel, entry.bytes())));
      }
      return tensors;
    } catch (IOException e) {
      throw ModelFile.unreadable(file, e);
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
    header.putObject(SafetensorsHeader.METADATA).put("format", "pt");
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
    byte[] bytes = new byte[Math.multiplyExact(TensorType.F32.size(), values.length)];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(values);
    return bytes;
  }

  /** Reads the header and leaves the channel at the first tensor's bytes. */
  private static SafetensorsHeader readHeader(Path file, SeekableByteChannel channel)
      throws IOException {
    long size = channel.size();
    if (size < PREFIX_BYTES) {
      throw new ModelFolderException(
          file, size + " bytes (expected: a safetensors file, at least " + PREFIX_BYTES + ")");
    }
    ByteBuffer prefix = ModelFile.readFully(channel, PREFIX_BYTES);
    if (isPickle(prefix)) {
      throw new ModelFolderException(
          file, "a pickle, which can run code and is never read (expected: a safetensors file)");
    }
    long length = prefix.getLong();
    if (length < 2 || length > Math.min(MAX_HEADER_BYTES, size - PREFIX_BYTES)) {
      throw new ModelFolderException(
          file,
          "not a safetensors file, or truncated: header length "
              + Long.toUnsignedString(length)
              + " in a file of "
              + size
              + " bytes");
    }
    byte[] json = ModelFile.readFully(channel, (int) length).array();
    return SafetensorsHeader.parse(file, json, size - PREFIX_BYTES - length);
  }

  /** Returns whether a file begins as Python's pickles do, bare or in PyTorch's zip archive. */
  private static boolean isPickle(ByteBuffer prefix) {
    int second = prefix.get(1);
    return prefix.getInt(0) == ZIP_MAGIC
        || (Byte.toUnsignedInt(prefix.get(0)) == PICKLE_MAGIC
            && second >= 2
            && second <= MAX_PICKLE_PROTOCOL
            && prefix.getInt(Integer.BYTES) != 0);
  }
}
