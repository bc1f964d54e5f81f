package io.stepwise.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Compares the multiplications that layers count with those that their definitions take. */
final class ModuleMultiplicationsTest {

  private static final Feature IMAGE = new Feature("x", 16, 6, 4);

  private final ModuleWriter module = new ModuleWriter();
  private NetworkLayers layers;
  private BlockLayers blocks;

  @BeforeEach
  void makeLayers() {
    BlockOptions options =
        BlockOptions.parse(new ConfigFields(Map.of("norm_num_groups", 4, "attention_head_dim", 8)));
    layers = new NetworkLayers(module, options);
    blocks = new BlockLayers(module, layers, options);
  }

  @Test
  void convolutionMultipliesEveryInputOfEveryOutputValue() {
    layers.convolution("conv", IMAGE, 32, 3);

    assertThat(module.definition().multiplications()).isEqualTo(6 * 4 * 32 * 16 * 3 * 3);
  }

  @Test
  void halvingConvolutionMakesAQuarterOfTheValues() {
    layers.downsample("down", IMAGE, 1);

    assertThat(module.definition().multiplications()).isEqualTo(3 * 2 * 16 * 16 * 3 * 3);
  }

  @Test
  void doublingConvolutionMakesFourTimesTheValues() {
    layers.upsample("up", IMAGE);

    assertThat(module.definition().multiplications()).isEqualTo(12 * 8 * 16 * 16 * 3 * 3);
  }

  @Test
  void linearLayerMultipliesTheMatrixForEveryRow() {
    layers.linear("linear", "x", 16, 48, 5);

    assertThat(module.definition().multiplications()).isEqualTo(5 * 16 * 48);
  }

  @Test
  void normalisationAndActivationCountNothing() {
    layers.silu(layers.groupNorm("norm", IMAGE));

    assertThat(module.definition().multiplications()).isZero();
  }

  @Test
  void residualBlockCountsTwoConvolutionsAndTheShortcut() {
    blocks.resnet("resnet", IMAGE, 32);

    assertThat(module.definition().multiplications())
        .isEqualTo(24 * (32 * 16 * 9 + 32 * 32 * 9 + 32 * 16));
  }

  @Test
  void attentionCountsFourProjectionsAndTwoProductsOfAllPairs() {
    blocks.layer("block", 0, IMAGE, 16, true);

    int resnet = 24 * 2 * 16 * 16 * 9;
    int projections = 4 * 24 * 16 * 16;
    int pairs = 2 * 24 * 24 * 16;
    assertThat(module.definition().multiplications()).isEqualTo(resnet + projections + pairs);
  }
}
