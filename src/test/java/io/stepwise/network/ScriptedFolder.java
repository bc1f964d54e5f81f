package io.stepwise.network;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A folder with the network of {@link TinyFolder} as a TorchScript file. */
public final class ScriptedFolder {

  /** The file that holds the program. */
  public static final String SCRIPT = "model.pt";

  private ScriptedFolder() {}

  /** Returns the fields of {@code stepwise.json}, which may be changed. */
  static Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("shape", List.of(1, 8, 8));
    fields.put("labels", List.of("left", "top"));
    fields.put("none_label", true);
    fields.put("scheduler", TinyFolder.scheduler().fields());
    return fields;
  }

  /** Returns weights that leave no layer at zero. */
  static Map<String, TensorData> weights() {
    return TestTensors.weights(network(), 3);
  }

  /** Writes the model into a folder. */
  public static void write(Path folder) {
    write(folder, TorchScriptArchive.write(network(), weights()));
  }

  /** Writes a model that gives something else than images of its shape. */
  public static void writeWithWrongOutput(Path folder) {
    writeCode(folder, "torch.mean(x, [2], True)");
  }

  /** Writes a model whose output is an expression of x, t and y. */
  static void writeCode(Path folder, String expression) {
    ModuleWriter module = new ModuleWriter();
    module.method("forward", "x", "t", "y").endMethod(module.value(expression));
    write(folder, TorchScriptArchive.write(module.definition(), Map.of()));
  }

  private static void write(Path folder, byte[] archive) {
    try {
      Files.createDirectories(folder);
      Files.write(folder.resolve(SCRIPT), archive);
      ConfigFile.write(folder.resolve(TinyFolder.STEPWISE), fields());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ModuleDefinition network() {
    return UNet.define(UNetConfig.parse(TinyFolder.networkFields()));
  }
}
