package io.stepwise.network;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The index of weights that lie in several safetensors files of one folder: in which of them each
 * tensor is.
 *
 * @param file the index
 * @param places name of the file of each tensor
 */
record ShardIndex(Path file, Map<String, String> places) {

  static final String NAME = "diffusion_pytorch_model.safetensors.index.json";

  private static final Pattern SHARD = Pattern.compile("[\\w.-]+\\.safetensors");

  /** Returns a folder's index, null if its weights are in one file. */
  static @Nullable ShardIndex in(Path folder) {
    Path file = folder.resolve(NAME);
    return Files.exists(folder.resolve(NetworkFolder.WEIGHTS)) || !Files.exists(file)
        ? null
        : new ShardIndex(file, ConfigFile.parse(file, ShardIndex::places));
  }

  /** Returns the files that hold tensors, in the order of their names. */
  List<Path> shards() {
    return places.values().stream().distinct().sorted().map(file::resolveSibling).toList();
  }

  /** Throws unless a tensor is to be found in this file. */
  void requirePlace(String tensor, Path shard) {
    String place = places.get(tensor);
    if (place == null || !shard.equals(file.resolveSibling(place))) {
      throw new ModelFolderException(
          shard, tensor + ": in this file (expected: " + place + ", by " + NAME + ")");
    }
  }

  /** Throws unless each tensor of the index was found under its present name. */
  void requireAll(Set<String> found, UnaryOperator<String> presentName) {
    places.forEach(
        (tensor, shard) -> {
          if (!found.contains(presentName.apply(tensor))) {
            throw new ModelFolderException(
                file.resolveSibling(shard), tensor + ": missing (expected: by " + NAME + ")");
          }
        });
  }

  private static Map<String, String> places(Map<String, ?> json) {
    if (!(json.get("weight_map") instanceof Map<?, ?> entries) || entries.isEmpty()) {
      throw new IllegalArgumentException(
          "weight_map: " + json.get("weight_map") + " (expected: a file for each tensor)");
    }
    Map<String, String> places = new TreeMap<>();
    entries.forEach(
        (tensor, shard) -> {
          if (!(shard instanceof String name) || !SHARD.matcher(name).matches()) {
            throw new IllegalArgumentException(
                "weight_map: " + tensor + ": " + shard + " (expected: a safetensors file's name)");
          }
          places.put(String.valueOf(tensor), name);
        });
    return places;
  }
}
