package io.stepwise.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.type.TypeReference;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class UNetConfigTest {

  @Test
  void missingFieldsHaveTheDefaultsOfTheClass() {
    UNetConfig config = UNetConfig.parse(Map.of("sample_size", 32));

    assertThat(config.imageShape()).isEqualTo(new ImageShape(3, 32, 32));
    assertThat(config.outChannels()).isEqualTo(3);
    assertThat(config.centersInput()).isFalse();
    assertThat(config.time())
        .isEqualTo(new TimeEmbedding(TimeEmbedding.Kind.POSITIONAL, null, true, 0, null));
    assertThat(config.labels()).isEqualTo(new LabelEmbedding(LabelEmbedding.Kind.NONE, null));
    assertThat(config.levels())
        .isEqualTo(
            new UNetLevels(
                List.of("DownBlock2D", "AttnDownBlock2D", "AttnDownBlock2D", "AttnDownBlock2D"),
                List.of("AttnUpBlock2D", "AttnUpBlock2D", "AttnUpBlock2D", "UpBlock2D"),
                List.of(224, 448, 672, 896),
                2,
                1,
                false,
                false));
    assertThat(config.middle()).isEqualTo(new MiddleBlock(true, true, null, 1));
    assertThat(config.blocks()).isEqualTo(new BlockOptions(32, 1e-5, Activation.SILU, 0, false, 8));
    assertThat(config.classCount()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"unet-plain", "unet-attention-classes", "unet-ddpm-style"})
  void fieldsReadBackEqual(String golden) throws IOException {
    Map<String, Object> file = ConfigFile.read(Golden.folder(golden).resolve("config.json"));
    UNetConfig config = UNetConfig.parse(file);
    String written = ConfigFile.json(config.fields());

    Map<String, Object> read =
        ConfigFile.MAPPER.readValue(written, new TypeReference<Map<String, Object>>() {});

    assertThat(UNetConfig.parse(read)).isEqualTo(config);
  }

  @Test
  void sizesThatAreNotSquareAreKept() {
    Map<String, Object> fields = TinyFolder.networkFields();
    fields.put("sample_size", List.of(8, 12));

    UNetConfig config = UNetConfig.parse(fields);

    assertThat(config.imageShape()).isEqualTo(new ImageShape(1, 8, 12));
    assertThat(UNetConfig.parse(config.fields())).isEqualTo(config);
  }

  @Test
  void channelsOfTheInputsWavesAreCounted() {
    Map<String, Object> fields = TinyFolder.networkFields();
    fields.put("input_frequencies", List.of(1.5, 4));
    fields.put("in_channels", 5);
    UNetConfig config = UNetConfig.parse(fields);

    assertThat(config.imageShape().channels()).isEqualTo(1);
    assertThat(UNetConfig.parse(config.fields())).isEqualTo(config);

    fields.put("in_channels", 4);
    assertThatThrownBy(() -> UNetConfig.parse(fields))
        .hasMessage(
            "in_channels: 4 (expected: a multiple of 5, for each channel itself and 2 sines and"
                + " cosines)");
  }

  @Test
  void wholeNumbersMayHavePoint() {
    Map<String, Object> fields = TinyFolder.networkFields();
    UNetConfig config = UNetConfig.parse(fields);
    fields.put("sample_size", 8.0);
    fields.put("norm_num_groups", 4.0);
    fields.put("block_out_channels", List.of(8.0));

    assertThat(UNetConfig.parse(fields)).isEqualTo(config);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "_class_name            | \"UNet1DModel\"     | UNet1DModel (expected: UNet2DModel)",
        "surprise               | 1                   | 1 (expected: no field of this name)",
        "act_fn                 | \"tanh\"            | tanh (expected:",
        "act_fn                 | null                | null (expected:",
        "sample_size            | null                | null (expected: a size in pixels or [height, width])",
        "sample_size            | 0                   | 0 (expected: a size in pixels",
        "sample_size            | -8                  | -8 (expected: a size in pixels",
        "sample_size            | 8.5                 | 8.5 (expected: a size in pixels",
        "sample_size            | \"8\"               | 8 (expected: a size in pixels",
        "sample_size            | [8]                 | [8] (expected: a size in pixels",
        "sample_size            | 1e300               | 1.0E300 (expected: a size in pixels",
        "in_channels            | 0                   | 0 (expected: a whole number from 1",
        "in_channels            | 9223372036854775808 | 9223372036854775808 (expected: a whole number",
        "layers_per_block       | 1000000000          | 1000000000 (expected: a whole number from 1 to",
        "layers_per_block       | true                | true (expected: a whole number from 1 to",
        "norm_num_groups        | null                | null (expected: a whole number from 1",
        "norm_num_groups        | 3                   | 8 (expected: a multiple of norm_num_groups 3)",
        "norm_eps               | -1                  | -1 (expected: a number from 0.0",
        "norm_eps               | 1e999               | Infinity (expected: a number",
        "mid_block_scale_factor | 0                   | 0.0 (expected: above 0)",
        "dropout                | 1                   | 1.0 (expected: 0 to below 1)",
        "downsample_padding     | 2                   | 2 (expected: a whole number from 0 to 1)",
        "freq_shift             | 4                   | 4.0 (expected: below 4",
        "flip_sin_to_cos        | 1                   | 1 (expected: true or false)",
        "input_frequencies      | 2                   | 2 (expected: null)",
        "input_frequencies      | [\"high\"]          | [high] (expected: null or a list of 1 numbers)",
        "num_class_embeds       | 0                   | 0 (expected: a whole number from 1",
        "block_out_channels     | 8                   | 8 (expected: a list)",
        "block_out_channels     | []                  | [] (expected: a list)",
        "block_out_channels     | [8.5]               | [8.5] (expected: whole numbers from 1",
        "down_block_types       | [\"DownBlock3D\"]   | [DownBlock3D] (expected: each one of",
        "down_block_types       | [null]              | [null] (expected: each one of",
        "up_block_types         | [\"UpBlock2D\", \"UpBlock2D\"] | 2 levels (expected: 1, as block_out_channels)",
        "time_embedding_type    | \"clock\"           | clock (expected: one of [positional",
        "class_embed_type       | \"simple\"          | simple (expected: [timestep, identity, null])",
        "resnet_time_scale_shift | \"spatial\"        | spatial (expected: [default, scale_shift])",
        "mid_block_type         | \"UNetMidBlock2DCrossAttn\" | (expected: [UNetMidBlock2D, null])",
        "downsample_type        | \"fir\"             | fir (expected: one of [conv, resnet])",
        "attention_head_dim     | 9                   | 8 (expected: at least attention_head_dim 9)",
        "attn_norm_num_groups   | 3                   | 8 (expected: a multiple of attn_norm_num_groups 3)",
      })
  void wrongFieldIsNamedWithItsValueAndTheExpectation(String name, String json, String message)
      throws IOException {
    Map<String, Object> fields = TinyFolder.networkFields();
    fields.put(name, ConfigFile.MAPPER.readValue(json, Object.class));

    assertThatThrownBy(() -> UNetConfig.parse(fields))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching("(?s)(" + name + "|block_out_channels): .*")
        .hasMessageContaining(message);
  }

  @Test
  void sizeThatTheLevelsCannotHalveIsRefused() {
    Map<String, Object> fields = new HashMap<>(TinyFolder.networkFields());
    fields.put("block_out_channels", List.of(8, 8, 8));
    fields.put("down_block_types", List.of("DownBlock2D", "DownBlock2D", "DownBlock2D"));
    fields.put("up_block_types", List.of("UpBlock2D", "UpBlock2D", "UpBlock2D"));
    fields.put("sample_size", List.of(8, 10));

    assertThatThrownBy(() -> UNetConfig.parse(fields))
        .hasMessage("sample_size: 8 x 10 (expected: multiples of 4 for 3 levels)");
  }

  @Test
  void imageThatNoArrayCouldHoldIsRefused() {
    Map<String, Object> fields = TinyFolder.networkFields();
    fields.put("sample_size", 65536);

    assertThatThrownBy(() -> UNetConfig.parse(fields))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("[1, 65536, 65536] (expected: all >= 1, at most");
  }
}
