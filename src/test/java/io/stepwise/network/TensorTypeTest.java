package io.stepwise.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

final class TensorTypeTest {

  private static final int HALVES = 1 << 16;

  @Test
  void halvesWidenExactly() {
    for (int bits = 0; bits < HALVES; bits++) {
      float value = read(TensorType.F16, buffer().putShort((short) bits));

      assertThat((double) value).as("bits %04x", bits).isEqualTo(Double.valueOf(half(bits)));
    }
    assertThat(1 / read(TensorType.F16, buffer().putShort((short) 0x8000))).isNegative();
  }

  @Test
  void halvesOfTheStandardHaveTheirValues() {
    assertThat(half(0x0001)).isEqualTo(0x1p-24);
    assertThat(half(0x03ff)).isEqualTo(0x1.ff8p-15);
    assertThat(half(0x0400)).isEqualTo(0x1p-14);
    assertThat(half(0x3555)).isEqualTo(0x1.554p-2);
    assertThat(half(0x7bff)).isEqualTo(65504);
  }

  @Test
  void brainFloatsAreTheUpperHalvesOfFloats() {
    for (int bits = 0; bits < HALVES; bits++) {
      float value = read(TensorType.BF16, buffer().putShort((short) bits));

      assertThat(Float.floatToRawIntBits(value)).isEqualTo(bits << 16);
    }
  }

  @Test
  void widerNumbersAreRoundedToFloat() {
    assertThat(read(TensorType.F64, buffer().putDouble(1.1))).isEqualTo(1.1f);
    assertThat(read(TensorType.F64, buffer().putDouble(-1e300))).isEqualTo(-1f / 0);
    assertThat(read(TensorType.F32, buffer().putFloat(Float.MIN_VALUE))).isEqualTo(Float.MIN_VALUE);
    assertThat(read(TensorType.I64, buffer().putLong(-(1L << 40)))).isEqualTo(-0x1p40f);
    assertThat(read(TensorType.I32, buffer().putInt(-3))).isEqualTo(-3);
  }

  /** IEEE 754 binary16 by its definition. */
  private static double half(int bits) {
    double sign = bits >> 15 == 0 ? 1 : -1;
    int exponent = bits >> 10 & 0x1f;
    int fraction = bits & 0x3ff;
    if (exponent == 0x1f) {
      return fraction == 0 ? sign / 0 : Double.NaN;
    }
    return exponent == 0
        ? sign * Math.scalb((double) fraction, -24)
        : sign * Math.scalb(1024.0 + fraction, exponent - 25);
  }

  private static ByteBuffer buffer() {
    return ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static float read(TensorType type, ByteBuffer bytes) {
    assertThat(bytes.position()).isEqualTo(type.size());
    return type.read(bytes.flip());
  }
}
