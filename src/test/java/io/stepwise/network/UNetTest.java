package io.stepwise.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares emitted U-Nets with plain loops over doubles, every option of the config by itself. */
final class UNetTest {

  private static final int IMAGES = 2;
  private static final String BASE =
      """
      {"_class_name": "UNet2DModel", "sample_size": [4, 8], "in_channels": 2, "out_channels": 3,
       "center_input_sample": false, "time_embedding_type": "positional",
       "time_embedding_dim": null, "freq_shift": 0, "flip_sin_to_cos": true,
       "down_block_types": ["DownBlock2D", "AttnDownBlock2D"], "mid_block_type": "UNetMidBlock2D",
       "up_block_types": ["AttnUpBlock2D", "UpBlock2D"], "block_out_channels": [4, 8],
       "layers_per_block": 1, "mid_block_scale_factor": 1, "downsample_padding": 1,
       "downsample_type": "conv", "upsample_type": "conv", "dropout": 0.0, "act_fn": "silu",
       "attention_head_dim": 4, "norm_num_groups": 2, "attn_norm_num_groups": null,
       "norm_eps": 1e-05, "resnet_time_scale_shift": "default", "add_attention": true,
       "class_embed_type": null, "num_class_embeds": null, "num_train_timesteps": null}
      """;

  @BeforeEach
  void prepareThread() {
    TorchRuntime.prepareThread(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"center_input_sample\": true}",
        "{\"input_frequencies\": [0.5], \"in_channels\": 6}",
        "{\"input_frequencies\": [0.5, 2], \"in_channels\": 10, \"center_input_sample\": true}",
        "{\"freq_shift\": 1, \"flip_sin_to_cos\": false}",
        "{\"block_out_channels\": [5, 10], \"norm_num_groups\": 5, \"attention_head_dim\": 3}",
        "{\"time_embedding_type\": \"fourier\"}",
        "{\"time_embedding_type\": \"learned\", \"num_train_timesteps\": 20}",
        "{\"time_embedding_dim\": 6}",
        "{\"num_class_embeds\": 3}",
        "{\"class_embed_type\": \"timestep\"}",
        "{\"class_embed_type\": \"timestep\", \"time_embedding_type\": \"fourier\"}",
        "{\"class_embed_type\": \"identity\"}",
        "{\"class_embed_type\": \"identity\", \"num_class_embeds\": 3}",
        "{\"mid_block_type\": null}",
        "{\"add_attention\": false}",
        "{\"mid_block_scale_factor\": 1.5}",
        "{\"downsample_padding\": 0}",
        "{\"layers_per_block\": 2}",
        "{\"act_fn\": \"mish\"}",
        "{\"act_fn\": \"gelu\"}",
        "{\"act_fn\": \"relu\"}",
        "{\"act_fn\": \"swish\"}",
        "{\"attention_head_dim\": null}",
        "{\"attention_head_dim\": 3}",
        "{\"attention_head_dim\": 8}",
        "{\"attn_norm_num_groups\": 4}",
        "{\"norm_eps\": 0.5}",
        "{\"dropout\": 0.5}",
        "{\"resnet_time_scale_shift\": \"scale_shift\"}",
        "{\"resnet_time_scale_shift\": \"scale_shift\", \"attn_norm_num_groups\": 4}",
        "{\"downsample_type\": \"resnet\", \"upsample_type\": \"resnet\"}",
        "{\"downsample_type\": \"resnet\", \"upsample_type\": \"resnet\","
            + " \"down_block_types\": [\"AttnDownBlock2D\", \"DownBlock2D\"],"
            + " \"up_block_types\": [\"AttnUpBlock2D\", \"AttnUpBlock2D\"],"
            + " \"resnet_time_scale_shift\": \"scale_shift\"}",
        "{\"down_block_types\": [\"ResnetDownsampleBlock2D\", \"AttnDownBlock2D\"],"
            + " \"up_block_types\": [\"ResnetUpsampleBlock2D\", \"ResnetUpsampleBlock2D\"]}",
        "{\"block_out_channels\": [4], \"down_block_types\": [\"AttnDownBlock2D\"],"
            + " \"up_block_types\": [\"ResnetUpsampleBlock2D\"]}",
        "{\"block_out_channels\": [4, 6, 8], \"down_block_types\": [\"ResnetDownsampleBlock2D\","
            + " \"AttnDownBlock2D\", \"DownBlock2D\"], \"up_block_types\": [\"UpBlock2D\","
            + " \"AttnUpBlock2D\", \"ResnetUpsampleBlock2D\"], \"upsample_type\": \"resnet\"}",
      })
  void networkIsWhatItsDefinitionSays(String changes) throws JsonProcessingException {
    Map<String, Object> config = fields(BASE);
    config.putAll(fields(changes));
    ModuleDefinition module = UNet.define(UNetConfig.parse(config));
    Map<String, TensorData> weights = TestTensors.weights(module, 3);
    TensorData sample = TestTensors.normal(new Random(4), 1, IMAGES, 2, 4, 8);
    int width = Math.toIntExact(module.parameters().get("time_embedding.linear_1.bias")[0]);
    TensorData embeddings = TestTensors.normal(new Random(5), 1, IMAGES, width);

    assertAgrees(config, module, weights, sample, new float[] {1, 17}, embeddings);
  }

  @ParameterizedTest
  @ValueSource(strings = {"unet-plain", "unet-attention-classes", "unet-ddpm-style"})
  void definitionAgreesWithReferenceOutput(String golden) {
    Path folder = Golden.folder(golden);
    Map<String, Object> config = ConfigFile.read(folder.resolve("config.json"));
    Map<String, TensorData> io = Safetensors.read(folder.resolve("io.safetensors"));
    PlainLayers layers =
        new PlainLayers(Safetensors.read(folder.resolve("diffusion_pytorch_model.safetensors")));
    PlainUNet plain = new PlainUNet(config, layers);
    TensorData labels = io.get("class_labels");

    double[][][] output =
        plain.run(
            TestTensors.image(io.get("sample"), 1),
            io.get("timestep").values()[1],
            labels == null ? null : (Object) (int) labels.values()[1]);

    assertClose(output, TestTensors.image(io.get("output"), 1));
    layers.requireAllUsed();
  }

  private static void assertAgrees(
      Map<String, Object> config,
      ModuleDefinition module,
      Map<String, TensorData> weights,
      TensorData sample,
      float[] timesteps,
      TensorData embeddings) {
    boolean isIdentity = "identity".equals(config.get("class_embed_type"));
    boolean hasLabel =
        isIdentity
            || config.get("class_embed_type") != null
            || config.get("num_class_embeds") != null;
    int[] labels = {2, 1};
    TensorData output;
    try (TorchModule network = TorchModule.load(module, weights, Device.cpu())) {
      NDManager manager = network.manager();
      NDArray result =
          network.run(
              manager.create(sample.values(), new Shape(sample.shape())),
              manager.create(timesteps),
              isIdentity
                  ? manager.create(embeddings.values(), new Shape(embeddings.shape()))
                  : manager.create(new long[] {labels[0], labels[1]}));
      output = new TensorData(result.getShape().getShape(), result.toFloatArray());
    }
    PlainLayers layers = new PlainLayers(weights);
    PlainUNet plain = new PlainUNet(config, layers);
    for (int i = 0; i < IMAGES; i++) {
      Object label = isIdentity ? (Object) row(embeddings, i) : (Object) labels[i];
      double[][][] expected =
          plain.run(TestTensors.image(sample, i), timesteps[i], hasLabel ? label : null);
      assertClose(TestTensors.image(output, i), expected);
    }
    layers.requireAllUsed();
  }

  private static double[] row(TensorData matrix, int index) {
    int width = (int) matrix.shape()[1];
    double[] row = new double[width];
    for (int i = 0; i < width; i++) {
      row[i] = matrix.values()[index * width + i];
    }
    return row;
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
