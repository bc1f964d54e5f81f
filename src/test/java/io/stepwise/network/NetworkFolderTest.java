package io.stepwise.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NetworkFolderTest {

  private static final String INDEX = "diffusion_pytorch_model.safetensors.index.json";
  private static final String FIRST = "diffusion_pytorch_model-00001-of-00002.safetensors";
  private static final String SECOND = "diffusion_pytorch_model-00002-of-00002.safetensors";

  @TempDir Path root;
  private NetworkFolder network;
  private ModuleDefinition module;
  private Map<String, TensorData> weights;

  @BeforeEach
  void writeFolder() {
    TinyFolder.write(root);
    network = new NetworkFolder(root.resolve("unet"));
    module = network.definition();
    weights = network.weights(module);
  }

  @Test
  void weightsInShardsAreTheSame() throws IOException {
    shard();

    Map<String, TensorData> read = network.weights(module);

    assertThat(read.keySet()).containsExactlyInAnyOrderElementsOf(weights.keySet());
    assertSame(read);
  }

  @Test
  void missingShardIsNamed() throws IOException {
    shard();
    Files.delete(file(SECOND));

    assertRefused(SECOND, "cannot be read: no such file");
  }

  @Test
  void tensorInAnotherShardThanTheIndexSaysIsNamed() throws IOException {
    Map<String, String> places = shard();
    places.put("conv_in.bias", SECOND);
    writeIndex(places);

    assertRefused(FIRST, "conv_in.bias: in this file (expected: " + SECOND);
  }

  @Test
  void tensorThatTheIndexDoesNotKnowIsNamed() throws IOException {
    Map<String, String> places = shard();
    places.remove("conv_in.bias");
    writeIndex(places);

    assertRefused(FIRST, "conv_in.bias: in this file (expected: null");
  }

  @Test
  void tensorThatIsNotWhereTheIndexSaysIsNamed() throws IOException {
    Map<String, String> places = shard();
    places.put("conv_in.gain", FIRST);
    writeIndex(places);

    assertRefused(FIRST, "conv_in.gain: missing (expected: by " + INDEX);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}                                                      | weight_map: null (expected: a file",
        "{\"weight_map\": []}                                    | weight_map: [] (expected: a file",
        "{\"weight_map\": {\"a\": 5}}                            | weight_map: a: 5 (expected: a safe",
        "{\"weight_map\": {\"a\": \"../secret.safetensors\"}}    | weight_map: a: ../secret.safetensors",
        "{\"weight_map\": {\"a\": \"/etc/x.safetensors\"}}       | weight_map: a: /etc/x.safetensors",
        "{\"weight_map\": {\"a\": \"model.bin\"}}                | weight_map: a: model.bin (expected",
      })
  void indexWithoutSenseIsRefused(String json, String problem) throws IOException {
    shard();
    Files.writeString(file(INDEX), json);

    assertRefused(INDEX, problem);
  }

  @Test
  void attentionNamesOf2022AreUnderstood() throws IOException {
    Map<String, TensorData> old = new LinkedHashMap<>();
    weights.forEach(
        (name, tensor) ->
            old.put(
                name.replace(".to_q.", ".query.")
                    .replace(".to_k.", ".key.")
                    .replace(".to_v.", ".value.")
                    .replace(".to_out.0.", ".proj_attn."),
                tensor));
    assertThat(old).containsKey("mid_block.attentions.0.proj_attn.weight");
    Safetensors.write(file(NetworkFolder.WEIGHTS), old);

    assertSame(network.weights(module));
  }

  @Test
  void tensorUnderBothNamesIsRefused() throws IOException {
    Map<String, TensorData> both = new LinkedHashMap<>(weights);
    both.put("mid_block.attentions.0.query.bias", weights.get("mid_block.attentions.0.to_q.bias"));
    Safetensors.write(file(NetworkFolder.WEIGHTS), both);

    assertRefused(
        NetworkFolder.WEIGHTS, "mid_block.attentions.0.to_q.bias: there twice (expected: once)");
  }

  @Test
  void weightsOfHalfPrecisionMayHaveTheirOwnName() throws IOException {
    Files.move(file(NetworkFolder.WEIGHTS), file("diffusion_pytorch_model.fp16.safetensors"));

    assertSame(network.weights(module));
  }

  private Map<String, String> shard() throws IOException {
    Map<String, TensorData> first = new LinkedHashMap<>();
    Map<String, TensorData> second = new LinkedHashMap<>();
    Map<String, String> places = new HashMap<>();
    weights.forEach(
        (name, tensor) -> {
          boolean isFirst = name.startsWith("conv_") || name.contains("down");
          (isFirst ? first : second).put(name, tensor);
          places.put(name, isFirst ? FIRST : SECOND);
        });
    Safetensors.write(file(FIRST), first);
    Safetensors.write(file(SECOND), second);
    Files.deleteIfExists(file(NetworkFolder.WEIGHTS));
    writeIndex(places);
    return places;
  }

  private void writeIndex(Map<String, String> places) throws IOException {
    ConfigFile.write(
        file(INDEX), Map.of("metadata", Map.of("total_size", 0), "weight_map", places));
  }

  private Path file(String name) {
    return network.folder().resolve(name);
  }

  private void assertSame(Map<String, TensorData> read) {
    weights.forEach(
        (name, tensor) -> assertThat(read.get(name).values()).isEqualTo(tensor.values()));
  }

  private void assertRefused(String name, String problem) {
    assertThatThrownBy(() -> network.weights(module))
        .isInstanceOf(ModelFolderException.class)
        .hasMessageStartingWith(file(name) + ": ")
        .hasMessageContaining(problem);
  }
}
