package io.stepwise.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares emitted autoencoders with reference outputs and with plain loops over doubles. */
final class AutoencoderTest {

  private static final String BASE =
      """
      {"_class_name": "AutoencoderKL", "sample_size": [8, 4], "in_channels": 2, "out_channels": 3,
       "latent_channels": 2, "block_out_channels": [4, 8], "layers_per_block": 1, "act_fn": "silu",
       "down_block_types": ["DownEncoderBlock2D", "DownEncoderBlock2D"],
       "up_block_types": ["UpDecoderBlock2D", "UpDecoderBlock2D"], "norm_num_groups": 2,
       "mid_block_add_attention": true, "use_quant_conv": true, "use_post_quant_conv": true,
       "scaling_factor": 0.5, "shift_factor": null, "latents_mean": null, "latents_std": null,
       "force_upcast": true}
      """;

  @BeforeEach
  void prepareThread() {
    TorchRuntime.prepareThread(1);
  }

  @Test
  void networkAgreesWithReferenceOutput() {
    Path folder = Golden.folder("vae-kl");
    Map<String, Object> config = ConfigFile.read(folder.resolve("config.json"));
    Map<String, TensorData> weights =
        Safetensors.read(folder.resolve("diffusion_pytorch_model.safetensors"));
    Map<String, TensorData> io = Safetensors.read(folder.resolve("io.safetensors"));
    ModuleDefinition module = Autoencoder.define(AutoencoderConfig.parse(config));
    assertThat(module.parameters().keySet()).containsExactlyInAnyOrderElementsOf(weights.keySet());

    try (TorchModule network = TorchModule.load(module, weights, Device.cpu())) {
      TensorData moments = run(network, Autoencoder.ENCODE, io.get("sample"));
      TensorData decoded = run(network, Autoencoder.DECODE, io.get("mean"));

      for (int i = 0; i < 2; i++) {
        double[][][] expected =
            PlainLayers.joined(
                TestTensors.image(io.get("mean"), i), TestTensors.image(io.get("logvar"), i));
        assertClose(TestTensors.image(moments, i), expected);
        assertClose(TestTensors.image(decoded, i), TestTensors.image(io.get("decoded"), i));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"act_fn\": \"mish\"}",
        "{\"layers_per_block\": 2, \"norm_num_groups\": 4}",
        "{\"mid_block_add_attention\": false}",
        "{\"use_quant_conv\": false, \"use_post_quant_conv\": false}",
        "{\"block_out_channels\": [4], \"down_block_types\": [\"DownEncoderBlock2D\"],"
            + " \"up_block_types\": [\"UpDecoderBlock2D\"]}",
        "{\"down_block_types\": [\"AttnDownEncoderBlock2D\", \"DownEncoderBlock2D\"],"
            + " \"up_block_types\": [\"UpDecoderBlock2D\", \"AttnUpDecoderBlock2D\"]}",
      })
  void networkIsWhatItsDefinitionSays(String changes) throws JsonProcessingException {
    Map<String, Object> config = fields(BASE);
    config.putAll(fields(changes));
    ModuleDefinition module = Autoencoder.define(AutoencoderConfig.parse(config));
    Map<String, TensorData> weights = TestTensors.weights(module, 3);
    TensorData sample = TestTensors.normal(new Random(4), 1, 2, 2, 8, 4);
    TensorData latent = TestTensors.normal(new Random(5), 1, 2, 2, 4, 2);
    PlainLayers layers = new PlainLayers(weights);
    PlainAutoencoder plain = new PlainAutoencoder(config, layers);

    try (TorchModule network = TorchModule.load(module, weights, Device.cpu())) {
      TensorData moments = run(network, Autoencoder.ENCODE, sample);
      TensorData decoded = run(network, Autoencoder.DECODE, latent);

      for (int i = 0; i < 2; i++) {
        assertClose(TestTensors.image(moments, i), plain.encode(TestTensors.image(sample, i)));
        assertClose(TestTensors.image(decoded, i), plain.decode(TestTensors.image(latent, i)));
      }
    }
    layers.requireAllUsed();
  }

  @Test
  void passDecodesTheLatentsThatItEncodes() throws JsonProcessingException {
    ModuleDefinition module = Autoencoder.define(AutoencoderConfig.parse(fields(BASE)));
    TensorData sample = TestTensors.normal(new Random(4), 1, 2, 2, 8, 4);
    TensorData noise = TestTensors.normal(new Random(5), 1, 2, 2, 4, 2);
    try (TorchModule network =
        TorchModule.load(module, TestTensors.weights(module, 3), Device.cpu())) {
      float[] moments = run(network, Autoencoder.ENCODE, sample).values();
      float[] latents = new float[noise.values().length];
      for (int i = 0; i < latents.length; i++) {
        int mean = i / 16 * 32 + i % 16;
        latents[i] = (float) (moments[mean] + Math.exp(moments[mean + 16] / 2) * noise.values()[i]);
      }
      float[] decoded =
          run(network, Autoencoder.DECODE, new TensorData(noise.shape(), latents)).values();

      float[] passed =
          network
              .run(
                  network.manager().create(sample.values(), new Shape(sample.shape())),
                  network.manager().create(noise.values(), new Shape(noise.shape())))
              .toFloatArray();

      for (int i = 0; i < 2; i++) {
        float[] own = Arrays.copyOfRange(passed, i * 128, (i + 1) * 128);
        assertThat(Arrays.copyOf(own, 32))
            .containsExactly(Arrays.copyOfRange(moments, i * 32, (i + 1) * 32), within(1e-5f));
        assertThat(Arrays.copyOfRange(own, 32, 128))
            .containsExactly(Arrays.copyOfRange(decoded, i * 96, (i + 1) * 96), within(1e-4f));
      }
    }
  }

  @Test
  void logVarianceStaysWithinItsBounds() throws JsonProcessingException {
    ModuleDefinition module = Autoencoder.define(AutoencoderConfig.parse(fields(BASE)));
    Map<String, TensorData> weights = TestTensors.weights(module, 3);
    Arrays.fill(weights.get("quant_conv.bias").values(), 0, 3, 1e3f);
    Arrays.fill(weights.get("quant_conv.bias").values(), 3, 4, -1e3f);

    try (TorchModule network = TorchModule.load(module, weights, Device.cpu())) {
      TensorData moments =
          run(network, Autoencoder.ENCODE, TestTensors.normal(new Random(4), 1, 1, 2, 8, 4));

      double[][][] channels = TestTensors.image(moments, 0);
      assertThat(channels[0][0][0]).isGreaterThan(500);
      assertThat(channels[2][0][0]).isEqualTo(20);
      assertThat(channels[3][0][0]).isEqualTo(-30);
    }
  }

  @Test
  void decoderAloneHasTheDecodersTensorsOnly() throws JsonProcessingException {
    AutoencoderConfig config = AutoencoderConfig.parse(fields(BASE));
    ModuleDefinition whole = Autoencoder.define(config);

    ModuleDefinition decoder = Autoencoder.defineDecoder(config, new ImageShape(2, 4, 2));

    assertThat(decoder.parameters().keySet())
        .allMatch(name -> name.startsWith("decoder.") || name.startsWith("post_quant_conv."));
    assertThat(whole.parameters().keySet()).containsAll(decoder.parameters().keySet());
    assertThat(whole.parameters()).hasSizeGreaterThan(decoder.parameters().size() + 20);
  }

  private static TensorData run(TorchModule network, String method, TensorData input) {
    NDArray array = network.manager().create(input.values(), new Shape(input.shape()));
    NDArray output = network.runMethod(method, array);
    return new TensorData(output.getShape().getShape(), output.toFloatArray());
  }

  private static void assertClose(double[][][] actual, double[][][] expected) {
    assertThat(actual).hasDimensions(expected.length, expected[0].length);
    for (int c = 0; c < expected.length; c++) {
      for (int r = 0; r < expected[c].length; r++) {
        assertThat(actual[c][r]).containsExactly(expected[c][r], within(2e-4));
      }
    }
  }

  private static Map<String, Object> fields(String json) throws JsonProcessingException {
    return ConfigFile.MAPPER.readValue(json, new TypeReference<LinkedHashMap<String, Object>>() {});
  }
}
