package io.stepwise.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.stepwise.image.FloatImage;
import io.stepwise.image.Png;
import io.stepwise.network.BatchSampler;
import io.stepwise.network.DiffusersModel;
import io.stepwise.network.StepKernel;
import io.stepwise.network.TinyFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A latent model through the actors: its states are latents, its answers are images. */
final class LatentSamplingTest {

  private static final float ONE_LEVEL = 1 / 127.5f;

  @TempDir Path folder;

  @Test
  void samplesOfALatentModelAreItsDecodersImages() throws IOException {
    Path model = folder.resolve("latent");
    TinyFolder.writeLatent(model);

    CommandResult result =
        CommandResult.of(
            "sample",
            "--model",
            model.toString(),
            "--label",
            "class:1",
            "--steps",
            "4",
            "--n",
            "3",
            "--seed",
            "9",
            "--out",
            folder.resolve("out").toString());

    assertThat(result.err()).isEmpty();
    assertThat(result.exitCode()).isZero();
    List<float[]> expected = drawnDirectly(model);
    for (int i = 0; i < expected.size(); i++) {
      Path file = folder.resolve("out").resolve("class-1-000" + i + ".png");
      FloatImage image = Png.decode(Files.readAllBytes(file));
      assertThat(List.of(image.height(), image.width())).isEqualTo(List.of(16, 16));
      for (int p = 0; p < image.pixels().length; p++) {
        float clamped = Math.max(-1, Math.min(1, expected.get(i)[p]));
        assertThat(image.pixels()[p]).isCloseTo(clamped, within(ONE_LEVEL));
      }
    }
  }

  private static List<float[]> drawnDirectly(Path folder) {
    DiffusersModel model = DiffusersModel.open("latent", folder, "cpu");
    try (StepKernel kernel = model.openKernel(1)) {
      return BatchSampler.sample(
          kernel,
          model.description().scheduler().plan(4, null),
          model.description().shape(),
          List.of(
              new BatchSampler.Request(9, 0, 1, 1),
              new BatchSampler.Request(9, 1, 1, 1),
              new BatchSampler.Request(9, 2, 1, 1)));
    }
  }
}
