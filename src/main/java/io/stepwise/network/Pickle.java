package io.stepwise.network;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A pickle of protocol 2 under construction: the few opcodes that libtorch's reader of TorchScript
 * archives understands. It is only ever written.
 */
final class Pickle {

  private static final int PROTOCOL = 0x80;
  private static final int MARK = '(';
  private static final int TUPLE = 't';
  private static final int EMPTY_TUPLE = ')';
  private static final int EMPTY_DICTIONARY = '}';
  private static final int SET_ITEMS = 'u';
  private static final int NEW_OBJECT = 0x81;
  private static final int BUILD = 'b';
  private static final int REDUCE = 'R';
  private static final int PERSISTENT_ID = 'Q';
  private static final int INTEGER = 'J';
  private static final int TEXT = 'X';
  private static final int GLOBAL = 'c';
  private static final int TRUE = 0x88;
  private static final int FALSE = 0x89;
  private static final int NONE = 'N';
  private static final int STOP = '.';

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  Pickle() {
    opcode(PROTOCOL).opcode(2);
  }

  /** Returns the pickle of an empty tuple. */
  static byte[] emptyTuple() {
    return new Pickle().opcode(EMPTY_TUPLE).finish();
  }

  /** Begins an object of a class without constructor arguments and its attributes. */
  Pickle beginObject(String module, String name) {
    global(module, name).opcode(EMPTY_TUPLE).opcode(NEW_OBJECT);
    return opcode(EMPTY_DICTIONARY).opcode(MARK);
  }

  /** Ends the attributes of an object. */
  Pickle endObject() {
    return opcode(SET_ITEMS).opcode(BUILD);
  }

  Pickle text(String value) {
    byte[] bytes = value.getBytes(UTF_8);
    opcode(TEXT).int32(bytes.length);
    out.writeBytes(bytes);
    return this;
  }

  Pickle bool(boolean value) {
    return opcode(value ? TRUE : FALSE);
  }

  Pickle none() {
    return opcode(NONE);
  }

  /** A contiguous float32 tensor on the CPU whose bytes are the archive's record data/key. */
  Pickle tensor(int key, long[] shape) {
    global("torch._utils", "_rebuild_tensor_v2").opcode(MARK);
    opcode(MARK).text("storage").global("torch", "FloatStorage").text(Integer.toString(key));
    text("cpu").integer(TensorData.elements(shape)).opcode(TUPLE).opcode(PERSISTENT_ID);
    integer(0).tuple(shape).tuple(contiguousStrides(shape)).bool(false);
    global("collections", "OrderedDict").opcode(EMPTY_TUPLE).opcode(REDUCE);
    return opcode(TUPLE).opcode(REDUCE);
  }

  /** Ends the pickle and returns its bytes. */
  byte[] finish() {
    opcode(STOP);
    return out.toByteArray();
  }

  private static long[] contiguousStrides(long[] shape) {
    long[] strides = new long[shape.length];
    long stride = 1;
    for (int i = shape.length - 1; i >= 0; i--) {
      strides[i] = stride;
      stride *= shape[i];
    }
    return strides;
  }

  private Pickle tuple(long[] values) {
    opcode(MARK);
    for (long value : values) {
      integer(value);
    }
    return opcode(TUPLE);
  }

  private Pickle integer(long value) {
    return opcode(INTEGER).int32(Math.toIntExact(value));
  }

  private Pickle global(String module, String name) {
    opcode(GLOBAL);
    out.writeBytes((module + "\n" + name + "\n").getBytes(UTF_8));
    return this;
  }

  private Pickle int32(int value) {
    out.writeBytes(
        ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array());
    return this;
  }

  private Pickle opcode(int code) {
    out.write(code);
    return this;
  }
}
