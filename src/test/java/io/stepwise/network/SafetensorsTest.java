package io.stepwise.network;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SafetensorsTest {

  @TempDir Path folder;

  @Test
  void whatIsWrittenReadsBack() throws IOException {
    Map<String, TensorData> tensors = tensors();

    Path file = written(tensors);

    Map<String, TensorData> read = Safetensors.read(file);
    assertThat(read.keySet()).containsExactly("conv.weight", "conv.bias", "scalar", "empty", "ü");
    read.forEach(
        (name, tensor) -> {
          assertThat(tensor.shape()).isEqualTo(tensors.get(name).shape());
          assertThat(tensor.values()).isEqualTo(tensors.get(name).values());
        });
  }

  @Test
  void dataBeginsAtMultipleOfEightBytesWhateverTheHeader() throws IOException {
    for (int length = 1; length <= 9; length++) {
      String name = "x".repeat(length);
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();

      Safetensors.write(bytes, Map.of(name, new TensorData(new long[] {1}, new float[] {2})));

      long header = ByteBuffer.wrap(bytes.toByteArray()).order(ByteOrder.LITTLE_ENDIAN).getLong();
      assertThat(header % 8).as("header of %s", name).isZero();
      assertThat(bytes.size()).isEqualTo(8 + (int) header + 4);
    }
  }

  @Test
  void tensorsAreFoundByOffsetAndNotByOrder() throws IOException {
    byte[] data = ByteBuffer.allocate(6).order(ByteOrder.LITTLE_ENDIAN).putInt(5).array();
    data[5] = 0x3f;
    Path file =
        file(header("b", "BF16", "[1]", 4, 6) + "," + header("a", "I32", "[1]", 0, 4), data);

    Map<String, TensorData> read = Safetensors.read(file);

    assertThat(read.keySet()).containsExactly("b", "a");
    assertThat(read.get("a").values()).containsExactly(5);
    assertThat(read.get("b").values()).containsExactly(0.5f);
  }

  @Test
  void everyPrefixOfFileIsRefused() throws IOException {
    byte[] whole = Files.readAllBytes(written(tensors()));
    Path file = folder.resolve("truncated.safetensors");
    for (int length = 0; length < whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));

      assertRefused(file, () -> Safetensors.read(file), "");
    }
    Files.write(file, Arrays.copyOf(whole, whole.length + 1));
    assertRefused(file, () -> Safetensors.read(file), "expected: 28, where the last tensor ends");
  }

  @Test
  void damagedFileIsReadOrRefusedByName() throws IOException {
    byte[] whole = Files.readAllBytes(written(tensors()));
    Path file = folder.resolve("damaged.safetensors");
    Random random = new Random(5);
    int refused = 0;
    for (int trial = 0; trial < 600; trial++) {
      byte[] damaged = whole.clone();
      for (int flips = random.nextInt(4); flips >= 0; flips--) {
        damaged[random.nextInt(whole.length)] = (byte) random.nextInt(256);
      }
      Files.write(file, damaged);
      try {
        Safetensors.read(file);
      } catch (ModelFolderException e) {
        assertThat(e).hasMessageStartingWith(file + ": ");
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(200);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[2]   | -4, 4                          | data_offsets: [-4,4] (expected: whole numbers >= 0)",
        "[2]   | 0, 16                          | truncated: ends at byte 16 of 8 bytes",
        "[2]   | 9223372036854775800, 9223372036854775807 | truncated",
        "[2]   | 18446744073709551616, 8        | data_offsets",
        "[2]   | 8, 0                           | data_offsets: [8,0] (expected: [begin, end])",
        "[2]   | 0                              | data_offsets: [0] (expected: [begin, end])",
        "[2]   | 0, 8, 8                        | data_offsets",
        "[2]   | 0.0, 8.0                       | data_offsets",
        "[2]   | \"0\", \"8\"                   | data_offsets",
        "[3]   | 0, 8                           | 8 bytes (expected: 12 for F32 of shape [3])",
        "[1]   | 0, 4                           | 8 bytes of data (expected: 4",
        "[1]   | 4, 8                           | begins at byte 4 (expected: 0",
        "[-2]  | 0, 8                           | shape: [-2] (expected: whole numbers >= 0)",
        "[2.0] | 0, 8                           | shape",
        "[18446744073709551618] | 0, 8          | shape",
        "[4611686018427387904, 4] | 0, 8        | shape",
        "2     | 0, 8                           | shape: 2 (expected: an array of whole numbers)",
        "null  | 0, 8                           | shape",
      })
  void headerThatLiesIsRefused(String shape, String offsets, String problem) throws IOException {
    String header =
        "\"w\": {\"dtype\": \"F32\", \"shape\": %s, \"data_offsets\": [%s]}"
            .formatted(shape, offsets);
    Path file = file(header, new byte[8]);

    assertRefused(file, () -> Safetensors.read(file), problem);
  }

  @Test
  void tensorsThatShareBytesAreRefused() throws IOException {
    Path file =
        file(header("a", "F32", "[2]", 0, 8) + "," + header("b", "F32", "[2]", 0, 8), new byte[8]);

    assertRefused(file, () -> Safetensors.read(file), "b: begins at byte 0 (expected: 8");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"w\": 5",
        "\"w\": {}",
        "\"w\": {\"dtype\": \"F8_E4M3\", \"shape\": [8], \"data_offsets\": [0, 8]}",
        "\"w\": {\"dtype\": 32, \"shape\": [2], \"data_offsets\": [0, 8]}",
        "\"w\": {\"dtype\": \"F32\", \"shape\": [2]}",
        "\"w\"",
        "\"w\": {}, \"w\": {}",
        "\"w\": {}} {",
      })
  void headerWithoutSenseIsRefused(String header) throws IOException {
    Path file = file(header, new byte[8]);

    assertRefused(file, () -> Safetensors.read(file), "");
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 0, 1, 1L << 62, Long.MIN_VALUE, 1 << 24, 100_000_000})
  void headerLengthBeyondTheFileIsRefused(long length) throws IOException {
    Path file = folder.resolve("length.safetensors");
    Files.write(
        file, ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array());

    assertRefused(
        file, () -> Safetensors.read(file), "header length " + Long.toUnsignedString(length));
  }

  @Test
  void pickleIsNeverRead() throws IOException {
    Path pickle = folder.resolve("pickle.safetensors");
    Files.write(pickle, "\u0080\u0002}q\u0001(X\u0006\0\0\0weightq".getBytes(ISO_8859_1));
    Path zip = folder.resolve("zip.safetensors");
    Files.write(zip, TorchScriptArchive.write(KernelCode.define(), Map.of()));

    assertRefused(pickle, () -> Safetensors.read(pickle), "a pickle, which can run code");
    assertRefused(zip, () -> Safetensors.read(zip), "a pickle, which can run code");
  }

  @Test
  void whatIsNoFileIsRefused() throws IOException {
    Path missing = folder.resolve("missing.safetensors");
    Path directory = Files.createDirectory(folder.resolve("folder.safetensors"));
    Path loop = folder.resolve("loop.safetensors");
    Files.createSymbolicLink(loop, loop);
    Path device = folder.resolve("device.safetensors");
    Files.createSymbolicLink(device, Path.of("/dev/zero"));

    assertRefused(missing, () -> Safetensors.read(missing), "no such file");
    assertRefused(directory, () -> Safetensors.read(directory), "a folder (expected: a file)");
    assertRefused(loop, () -> Safetensors.read(loop), "cannot be read: ");
    assertRefused(device, () -> Safetensors.read(device), "not a regular file");
  }

  @Test
  void linkIsFollowed() throws IOException {
    Path file = written(tensors());
    Path link = Files.createSymbolicLink(folder.resolve("link.safetensors"), file);

    assertThat(Safetensors.read(link)).hasSameSizeAs(tensors());
  }

  private static Map<String, TensorData> tensors() {
    Map<String, TensorData> tensors = new LinkedHashMap<>();
    tensors.put(
        "conv.weight",
        new TensorData(new long[] {1, 2, 2}, new float[] {1, -0f, Float.NaN, 1f / 0}));
    tensors.put("conv.bias", new TensorData(new long[] {1}, new float[] {Float.MIN_VALUE}));
    tensors.put("scalar", new TensorData(new long[0], new float[] {3}));
    tensors.put("empty", new TensorData(new long[] {0, 4}, new float[0]));
    tensors.put("ü", new TensorData(new long[] {1}, new float[] {4}));
    return tensors;
  }

  private Path written(Map<String, TensorData> tensors) throws IOException {
    Path file = folder.resolve("written.safetensors");
    Safetensors.write(file, tensors);
    return file;
  }

  private static String header(String name, String type, String shape, int begin, int end) {
    return "\"%s\": {\"dtype\": \"%s\", \"shape\": %s, \"data_offsets\": [%d, %d]}"
        .formatted(name, type, shape, begin, end);
  }

  private Path file(String fields, byte[] data) throws IOException {
    byte[] header = ("{" + fields + "}").getBytes(UTF_8);
    ByteBuffer bytes =
        ByteBuffer.allocate(8 + header.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
    Path file = folder.resolve("made.safetensors");
    Files.write(file, bytes.putLong(header.length).put(header).put(data).array());
    return file;
  }

  private static void assertRefused(Path file, ThrowingCallable read, String problem) {
    assertThatThrownBy(read)
        .isInstanceOf(ModelFolderException.class)
        .hasMessageStartingWith(file + ": ")
        .hasMessageContaining(problem);
  }
}
