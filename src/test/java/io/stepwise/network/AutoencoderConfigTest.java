package io.stepwise.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.type.TypeReference;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AutoencoderConfigTest {

  @Test
  void missingFieldsHaveTheDefaultsOfTheClass() {
    AutoencoderConfig config = AutoencoderConfig.parse(Map.of());

    assertThat(config.imageShape()).isEqualTo(new ImageShape(3, 32, 32));
    assertThat(config.outChannels()).isEqualTo(3);
    assertThat(config.latentChannels()).isEqualTo(4);
    assertThat(config.channels()).containsExactly(64);
    assertThat(config.layersPerBlock()).isEqualTo(1);
    assertThat(config.attentionDown()).containsExactly(false);
    assertThat(config.attentionUp()).containsExactly(false);
    assertThat(config.middle().hasAttention()).isTrue();
    assertThat(config.hasQuantConvolution()).isTrue();
    assertThat(config.hasPostQuantConvolution()).isTrue();
    assertThat(config.scale()).isEqualTo(new LatentScale(0.18215, null, null, null));
    assertThat(config.blocks())
        .isEqualTo(new BlockOptions(32, 1e-6, Activation.SILU, 0, false, null));
  }

  @Test
  void fieldsReadBackEqual() throws IOException {
    Map<String, Object> file = ConfigFile.read(Golden.folder("vae-kl").resolve("config.json"));
    AutoencoderConfig config = AutoencoderConfig.parse(file);
    String written = ConfigFile.json(config.fields());

    Map<String, Object> read =
        ConfigFile.MAPPER.readValue(written, new TypeReference<Map<String, Object>>() {});

    assertThat(AutoencoderConfig.parse(read)).isEqualTo(config);
    file.remove("_diffusers_version");
    assertThat(read).isEqualTo(file);
  }

  @Test
  void decodedImageIsAsManyTimesLargerAsThereAreLevels() {
    AutoencoderConfig config =
        AutoencoderConfig.parse(
            Map.of(
                "block_out_channels", List.of(32, 32, 32),
                "down_block_types",
                    List.of("DownEncoderBlock2D", "DownEncoderBlock2D", "DownEncoderBlock2D"),
                "up_block_types",
                    List.of("UpDecoderBlock2D", "UpDecoderBlock2D", "UpDecoderBlock2D"),
                "out_channels", 1));

    assertThat(config.decoded(new ImageShape(4, 7, 5))).isEqualTo(new ImageShape(1, 28, 20));
  }

  @Test
  void statesAreScaledAndShiftedBackToLatents() {
    float[] state = {1, -1, 2, 0};

    assertThat(scale(Map.of("scaling_factor", 0.5)).latents(state, 2)).containsExactly(2, -2, 4, 0);
    assertThat(scale(Map.of("scaling_factor", 0.5, "shift_factor", 0.25)).latents(state, 2))
        .containsExactly(2.25f, -1.75f, 4.25f, 0.25f);
    assertThat(
            scale(
                    Map.of(
                        "latent_channels",
                        2,
                        "scaling_factor",
                        2,
                        "latents_mean",
                        List.of(10, 20.5),
                        "latents_std",
                        List.of(4, 6)))
                .latents(state, 2))
        .containsExactly(new float[] {12, 8, 26.5f, 20.5f}, within(1e-6f));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "_class_name        | \"VQModel\"     | VQModel (expected: AutoencoderKL)",
        "vq_embed_dim       | 4               | 4 (expected: no field of this name)",
        "scaling_factor     | 0               | 0.0 (expected: > 0)",
        "scaling_factor     | null            | null (expected: a number",
        "latents_mean       | [1, 2, 3]       | [1, 2, 3] (expected: null or a list of 4 numbers)",
        "latents_mean       | [1, 2, 3, \"4\"] | [1, 2, 3, 4] (expected: null or a list of 4",
        "latents_mean       | [1, 2, 3, 4]    | (expected: both or none of latents_mean",
        "sample_size        | null            | null (expected: a size in pixels",
        "block_out_channels | [64, 64]        | down_block_types: 1 levels (expected: 2",
        "norm_num_groups    | 5               | block_out_channels: 64 (expected: a multiple of",
        "down_block_types   | [\"DownBlock2D\"] | [DownBlock2D] (expected: each one of",
        "use_quant_conv     | 1               | 1 (expected: true or false)",
      })
  void wrongFieldIsNamedWithItsValueAndTheExpectation(String name, String json, String message)
      throws IOException {
    Map<String, Object> fields = new HashMap<>();
    fields.put(name, ConfigFile.MAPPER.readValue(json, Object.class));

    assertThatThrownBy(() -> AutoencoderConfig.parse(fields))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  private static LatentScale scale(Map<String, ?> fields) {
    return AutoencoderConfig.parse(fields).scale();
  }
}
