package io.stepwise.network;

import java.nio.ByteBuffer;

/** The number formats of safetensors files that can be read, each with its widening to float32. */
enum TensorType {
  F64(8) {
    @Override
    float read(ByteBuffer bytes) {
      return (float) bytes.getDouble();
    }
  },
  F32(4) {
    @Override
    float read(ByteBuffer bytes) {
      return bytes.getFloat();
    }
  },
  F16(2) {
    @Override
    float read(ByteBuffer bytes) {
      return widenHalf(bytes.getShort());
    }
  },
  BF16(2) {
    @Override
    float read(ByteBuffer bytes) {
      return Float.intBitsToFloat((bytes.getShort() & 0xffff) << 16);
    }
  },
  I64(8) {
    @Override
    float read(ByteBuffer bytes) {
      return bytes.getLong();
    }
  },
  I32(4) {
    @Override
    float read(ByteBuffer bytes) {
      return bytes.getInt();
    }
  };

  private final int size;

  TensorType(int size) {
    this.size = size;
  }

  /** Returns the number of bytes of one element. */
  int size() {
    return size;
  }

  /** Reads one little-endian element and moves on. */
  abstract float read(ByteBuffer bytes);

  /** IEEE 754 binary16; subnormals have no implicit leading one. */
  private static float widenHalf(short half) {
    int sign = (half & 0x8000) << 16;
    int exponent = (half >> 10) & 0x1f;
    int mantissa = half & 0x3ff;
    if (exponent == 0) {
      float magnitude = mantissa * 0x1p-24f;
      return sign == 0 ? magnitude : -magnitude;
    }
    int widened = exponent == 0x1f ? 0xff : exponent + 127 - 15;
    return Float.intBitsToFloat(sign | widened << 23 | mantissa << 13);
  }
}
