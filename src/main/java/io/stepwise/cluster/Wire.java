package io.stepwise.cluster;

import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.io.ByteBufferInput;
import com.esotericsoftware.kryo.io.ByteBufferOutput;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What messages consist of, as bytes. Every length is checked against the bytes that are left
 * before anything of that length is allocated, so that no message costs more than it carries.
 *
 * <p>Both ends are buffers of Kryo over one {@link ByteBuffer}. Numbers of tensors are moved in
 * bulk, little-endian.
 */
final class Wire {

  private Wire() {}

  /** Returns how many bytes are left to be read. */
  static int remaining(Input in) {
    return in.limit() - in.position();
  }

  static void writeText(Output out, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeVarInt(bytes.length, true);
    out.writeBytes(bytes);
  }

  static String readText(Input in) {
    return new String(in.readBytes(readCount(in, 1)), StandardCharsets.UTF_8);
  }

  static void writeBytes(Output out, byte[] bytes) {
    out.writeVarInt(bytes.length, true);
    out.writeBytes(bytes);
  }

  static byte[] readBytes(Input in) {
    return in.readBytes(readCount(in, 1));
  }

  static void writeInstant(Output out, Instant instant) {
    out.writeLong(instant.getEpochSecond());
    out.writeInt(instant.getNano());
  }

  static Instant readInstant(Input in) {
    try {
      return Instant.ofEpochSecond(in.readLong(), in.readInt());
    } catch (DateTimeException | ArithmeticException e) {
      throw new KryoException("instant: " + e.getMessage());
    }
  }

  static void writeDuration(Output out, Duration duration) {
    out.writeLong(duration.toNanos());
  }

  static Duration readDuration(Input in) {
    return Duration.ofNanos(in.readLong());
  }

  /** Writes numbers, all bits of each. */
  static void writeFloats(Output out, float[] values) {
    out.writeVarInt(values.length, true);
    ByteBuffer buffer = buffer(((ByteBufferOutput) out).getByteBuffer(), out.position());
    if (buffer.remaining() < 4L * values.length) {
      throw new BufferOverflowException();
    }
    buffer.asFloatBuffer().put(values);
    out.setPosition(out.position() + 4 * values.length);
  }

  static float[] readFloats(Input in) {
    float[] values = new float[readCount(in, 4)];
    buffer(((ByteBufferInput) in).getByteBuffer(), in.position()).asFloatBuffer().get(values);
    in.setPosition(in.position() + 4 * values.length);
    return values;
  }

  private static ByteBuffer buffer(ByteBuffer shared, int position) {
    return shared.duplicate().position(position).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Writes a value that may be missing. */
  static <T> void writeOptional(Output out, @Nullable T value, BiConsumer<Output, T> writer) {
    out.writeBoolean(value != null);
    if (value != null) {
      writer.accept(out, value);
    }
  }

  static <T> @Nullable T readOptional(Input in, Function<Input, T> reader) {
    return readFlag(in) ? reader.apply(in) : null;
  }

  static <T> void writeList(Output out, List<T> values, BiConsumer<Output, T> writer) {
    out.writeVarInt(values.size(), true);
    values.forEach(value -> writer.accept(out, value));
  }

  /**
   * Reads a list.
   *
   * @param leastBytes fewest bytes that an element takes, 1 or more
   */
  static <T> List<T> readList(Input in, int leastBytes, Function<Input, T> reader) {
    int count = readCount(in, leastBytes);
    List<T> values = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      values.add(reader.apply(in));
    }
    return values;
  }

  /** Reads true or false, for which there is one byte each. */
  static boolean readFlag(Input in) {
    return readChoice(in, 2) == 1;
  }

  /** Reads a number from 0 to less than {@code choices}, at most 127, of one byte. */
  static int readChoice(Input in, int choices) {
    int choice = in.readByte();
    if (choice < 0 || choice >= choices) {
      throw new KryoException("choice: " + choice + " (expected: 0 to " + (choices - 1) + ")");
    }
    return choice;
  }

  /** Reads how many elements follow, which must have room in what is left. */
  static int readCount(Input in, int leastBytes) {
    int count = in.readVarInt(true);
    if (count < 0 || (long) count * leastBytes > remaining(in)) {
      throw new KryoException(
          "count: %d (expected: 0 to %d, as %d bytes are left)"
              .formatted(count, remaining(in) / leastBytes, remaining(in)));
    }
    return count;
  }

  /** Checks that so many bytes are left. */
  static void requireBytes(Input in, int bytes) {
    if (bytes > remaining(in)) {
      throw new KryoException("bytes: " + remaining(in) + " (expected: " + bytes + " or more)");
    }
  }
}
