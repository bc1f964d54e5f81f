package io.stepwise.network;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The folder of one network as diffusers writes it: its {@code config.json} and its safetensors
 * weights, in one file or in several with an index.
 *
 * @param folder where the files are
 */
record NetworkFolder(Path folder) {

  static final String CONFIG = "config.json";
  static final String WEIGHTS = "diffusion_pytorch_model.safetensors";

  private static final List<String> SINGLE_FILES =
      List.of(WEIGHTS, "diffusion_pytorch_model.fp16.safetensors");
  private static final List<String> PICKLES =
      List.of("diffusion_pytorch_model.bin", "pytorch_model.bin");

  /** What attention was called before 2023, and what it is called now. */
  private static final Map<String, String> OLD_ATTENTION_NAMES =
      Map.of("query", "to_q", "key", "to_k", "value", "to_v", "proj_attn", "to_out.0");

  /** Returns the name of the folder. */
  String name() {
    return String.valueOf(folder.getFileName());
  }

  /** Returns the fields of the config. */
  Map<String, Object> config() {
    return ConfigFile.read(configFile());
  }

  /** Returns whether the config names an autoencoder; any other class is read as a U-Net. */
  boolean isAutoencoder() {
    return NetworkClass.isAutoencoder(config());
  }

  /** Returns the network that the config describes. */
  ModuleDefinition definition() {
    return config(NetworkClass::define);
  }

  /**
   * Returns all fields of the config, those that it leaves out with the defaults of its class.
   *
   * @throws ModelFolderException if the config is not understood
   */
  Map<String, @Nullable Object> fields() {
    return config(NetworkClass::fields);
  }

  /**
   * Reads all of it.
   *
   * @throws ModelFolderException if a file cannot be read or the weights are not the network's
   */
  NetworkWeights read() {
    return new NetworkWeights(fields(), weights(definition()));
  }

  /** Returns where the config is. */
  Path configFile() {
    return folder.resolve(CONFIG);
  }

  /** Reads the config, of which every complaint names the file. */
  <T> T config(Function<Map<String, Object>, T> parse) {
    return ConfigFile.parse(configFile(), parse);
  }

  /**
   * Reads the weights under their present names and checks that they are the network's.
   *
   * @throws ModelFolderException if a file cannot be read, or a tensor is missing, has another
   *     shape or is none of the network's
   */
  Map<String, TensorData> weights(ModuleDefinition module) {
    Map<String, TensorData> weights = weights();
    ShardIndex index = ShardIndex.in(folder);
    requireFit(index == null ? weightFiles(null).get(0) : index.file(), weights, module);
    return weights;
  }

  /** Reads the weights under their present names, whatever they are. */
  Map<String, TensorData> weights() {
    ShardIndex index = ShardIndex.in(folder);
    Map<String, TensorData> weights = new LinkedHashMap<>();
    for (Path file : weightFiles(index)) {
      for (Map.Entry<String, TensorData> tensor : Safetensors.read(file).entrySet()) {
        if (index != null) {
          index.requirePlace(tensor.getKey(), file);
        }
        String name = presentName(tensor.getKey());
        if (weights.put(name, tensor.getValue()) != null) {
          throw new ModelFolderException(file, name + ": there twice (expected: once)");
        }
      }
    }
    if (index != null) {
      index.requireAll(weights.keySet(), NetworkFolder::presentName);
    }
    return weights;
  }

  /** Adds the bytes of all files to a digest. */
  void digest(MessageDigest digest) {
    files().forEach(file -> ModelFile.digest(file, digest));
  }

  /** Returns all files in a fixed order: the config, the index if there is one, the weights. */
  List<Path> files() {
    ShardIndex index = ShardIndex.in(folder);
    List<Path> files = new ArrayList<>();
    files.add(configFile());
    if (index != null) {
      files.add(index.file());
    }
    files.addAll(weightFiles(index));
    return files;
  }

  private List<Path> weightFiles(@Nullable ShardIndex index) {
    if (index != null) {
      return index.shards();
    }
    for (String name : SINGLE_FILES) {
      if (Files.exists(folder.resolve(name))) {
        return List.of(folder.resolve(name));
      }
    }
    for (String name : PICKLES) {
      if (Files.exists(folder.resolve(name))) {
        throw new ModelFolderException(
            folder.resolve(name),
            "a pickle, which can run code and is never read (expected: " + WEIGHTS + ")");
      }
    }
    return List.of(folder.resolve(WEIGHTS));
  }

  private void requireFit(Path file, Map<String, TensorData> weights, ModuleDefinition module) {
    module
        .parameters()
        .forEach(
            (name, shape) -> {
              TensorData tensor = weights.get(name);
              String expected = Arrays.toString(shape);
              if (tensor == null) {
                throw new ModelFolderException(
                    file, name + ": missing (expected: shape " + expected + ")");
              }
              if (!Arrays.equals(tensor.shape(), shape)) {
                throw new ModelFolderException(
                    file,
                    "%s: shape %s (expected: %s)"
                        .formatted(name, Arrays.toString(tensor.shape()), expected));
              }
            });
    for (String name : weights.keySet()) {
      if (!module.parameters().containsKey(name)) {
        throw new ModelFolderException(
            file, name + ": not a tensor of this network (" + configFile() + ")");
      }
    }
  }

  /** Returns a tensor's name as it is written since 2023. */
  private static String presentName(String name) {
    String[] parts = name.split("\\.", -1);
    int last = parts.length - 2;
    if (last < 2 || !parts[last - 2].equals("attentions")) {
      return name;
    }
    parts[last] = OLD_ATTENTION_NAMES.getOrDefault(parts[last], parts[last]);
    return String.join(".", parts);
  }
}
