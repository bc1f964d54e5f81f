package io.stepwise.network;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes TorchScript archives: a zip of stored records with the module's code, a pickle of its
 * attributes and the bytes of its tensors. Python's {@code torch.jit.load} reads them too.
 */
final class TorchScriptArchive {

  private static final String ROOT = "net/";

  /** The version of the archive format, which also fixes the meaning of the operators. */
  private static final String FORMAT_VERSION = "3\n";

  private static final int BYTES_OF_CODE = 1 << 18;
  private static final int BYTES_OF_ENTRY = 256;

  private TorchScriptArchive() {}

  /**
   * Returns an archive in memory.
   *
   * @param module the module's code and the shapes of its parameters
   * @param values a value for each parameter of the module, by dotted name
   * @throws IllegalArgumentException if a value is missing or has another shape
   */
  static byte[] write(ModuleDefinition module, Map<String, TensorData> values) {
    Map<String, TensorData> tensors = new LinkedHashMap<>();
    module.parameters().forEach((name, shape) -> tensors.put(name, value(values, name, shape)));
    tensors.putAll(module.buffers());
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(estimatedBytes(tensors));
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      Pickle object = new Pickle().beginObject("__torch__", "Net");
      int key = 0;
      for (Map.Entry<String, TensorData> entry : tensors.entrySet()) {
        String attribute = ModuleDefinition.attribute(entry.getKey());
        object.text(attribute).tensor(key, entry.getValue().shape());
        store(zip, "data/" + key++, Safetensors.bytes(entry.getValue().values()));
      }
      object.text("training").bool(true).text("_is_full_backward_hook").none();
      store(zip, "data.pkl", object.endObject().finish());
      store(zip, "code/__torch__.py", code(module).getBytes(UTF_8));
      store(zip, "constants.pkl", Pickle.emptyTuple());
      store(zip, "version", FORMAT_VERSION.getBytes(UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static int estimatedBytes(Map<String, TensorData> tensors) {
    long bytes = BYTES_OF_CODE;
    for (TensorData tensor : tensors.values()) {
      bytes += BYTES_OF_ENTRY + (long) TensorType.F32.size() * tensor.values().length;
    }
    if (bytes > Integer.MAX_VALUE - BYTES_OF_CODE) {
      throw new IllegalArgumentException(
          "weights: %d MiB as float32 (expected: below 2048 MiB)".formatted(bytes >> 20));
    }
    return (int) bytes;
  }

  private static TensorData value(Map<String, TensorData> values, String name, long[] shape) {
    TensorData value = values.get(name);
    if (value == null || !Arrays.equals(value.shape(), shape)) {
      throw new IllegalArgumentException(
          "%s: %s (expected: a tensor of shape %s)"
              .formatted(
                  name,
                  value == null ? "missing" : Arrays.toString(value.shape()),
                  Arrays.toString(shape)));
    }
    return value;
  }

  private static String code(ModuleDefinition module) {
    StringBuilder code = new StringBuilder("class Net(Module):\n");
    code.append("  __parameters__ = [").append(quoted(module.parameters().keySet())).append("]\n");
    code.append("  __buffers__ = [").append(quoted(module.buffers().keySet())).append("]\n");
    module.parameters().keySet().forEach(name -> declare(code, name));
    module.buffers().keySet().forEach(name -> declare(code, name));
    code.append("  training : bool\n  _is_full_backward_hook : Optional[bool]\n");
    return code.append(module.methods()).toString();
  }

  private static void declare(StringBuilder code, String name) {
    code.append("  ").append(ModuleDefinition.attribute(name)).append(" : Tensor\n");
  }

  private static String quoted(Collection<String> names) {
    return names.stream()
        .map(name -> '"' + ModuleDefinition.attribute(name) + "\", ")
        .collect(Collectors.joining());
  }

  private static void store(ZipOutputStream zip, String name, byte[] data) throws IOException {
    CRC32 checksum = new CRC32();
    checksum.update(data);
    ZipEntry entry = new ZipEntry(ROOT + name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(data.length);
    entry.setCrc(checksum.getValue());
    entry.setTime(0);
    zip.putNextEntry(entry);
    zip.write(data);
    zip.closeEntry();
  }
}
