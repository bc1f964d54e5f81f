package io.stepwise.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.stepwise.diffusion.NormalStream;
import io.stepwise.diffusion.SchedulerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class OnePassModelTest {

  private static final ImageShape LATENT = new ImageShape(2, 8, 8);

  @TempDir private Path temporary;
  private Path folder;

  @BeforeEach
  void writeFolder() {
    folder = temporary.resolve("model");
    TinyFolder.writeOnePass(folder);
  }

  private FolderModel open() {
    return FolderModel.open("tiny", folder, "cpu");
  }

  @Test
  void folderWithADecoderAloneMakesImagesOfNoiseInOneStep() {
    ModelDescription description = open().description();

    assertThat(open()).isInstanceOf(OnePassModel.class);
    assertThat(description.shape()).isEqualTo(LATENT);
    assertThat(description.imageShape()).isEqualTo(new ImageShape(1, 16, 16));
    assertThat(description.labels()).isEmpty();
    assertThat(description.scheduler().trainTimesteps()).isEqualTo(1);
    assertThat(open().parameterCount().orElseThrow()).isPositive();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ddpm", "ddim"})
  void sampleIsTheDecodedNoise(String solver) {
    SchedulerConfig scheduler = open().description().scheduler().withSolver(solver);
    try (StepKernel kernel = open().openKernel(1)) {
      List<float[]> samples =
          BatchSampler.sample(
              kernel,
              scheduler.plan(1, null),
              LATENT,
              List.of(new BatchSampler.Request(4, 0, 0, 1), new BatchSampler.Request(4, 1, 0, 1)));

      float[] noise = new NormalStream(4, 1, 0).draw(LATENT.size());
      assertThat(samples.get(1))
          .containsExactly(kernel.decode(List.of(noise)).get(0), within(1e-4f));
      assertThat(samples.get(0)).isNotEqualTo(samples.get(1));
    }
  }

  @Test
  void copiesKeepTheModel() throws IOException {
    Path same = temporary.resolve("same");
    ModelFiles.copy(folder, same);
    assertThat(FolderModel.open("tiny", same, "cpu").description()).isEqualTo(open().description());

    Path written = temporary.resolve("written");
    DiffusersFolder.copy(folder, written);
    assertThat(FolderModel.open("tiny", written, "cpu").description().shape()).isEqualTo(LATENT);
  }

  @Test
  void weightsThatChangedSinceItWasOpenedAreRefused() throws IOException {
    FolderModel model = open();
    Path weights = folder.resolve("vae").resolve(NetworkFolder.WEIGHTS);
    Map<String, TensorData> values = Safetensors.read(weights);
    values.get("decoder.conv_in.bias").values()[0] = 9;
    Safetensors.write(weights, values);

    assertThatThrownBy(() -> model.openKernel(1)).hasMessageContaining("the weights changed");
  }

  @Test
  void schedulerThatTakesStepsIsRefused() throws IOException {
    ConfigFile.write(folder.resolve(TinyFolder.SCHEDULER), Map.of("_class_name", "DDPMScheduler"));
    assertThatThrownBy(this::open)
        .isInstanceOf(ModelFolderException.class)
        .hasMessageContaining("num_train_timesteps: 1000 (expected: one timestep")
        .hasMessageContaining("no unet/");

    Map<String, Object> clipped = OnePassModel.scheduler();
    clipped.put("clip_sample", true);
    ConfigFile.write(folder.resolve(TinyFolder.SCHEDULER), clipped);
    assertThatThrownBy(this::open)
        .isInstanceOf(ModelFolderException.class)
        .hasMessageContaining("clip=1.0");
  }

  @Test
  void labelsAreRefused() throws IOException {
    ConfigFile.write(
        folder.resolve(TinyFolder.STEPWISE),
        new StepwiseFile("vae", List.of("left"), false, Map.of()).fields());

    assertThatThrownBy(this::open)
        .isInstanceOf(ModelFolderException.class)
        .hasMessageContaining("labels: [left] (expected: none, as a decoder knows no class)");
  }

  @Test
  void folderWithAProgramIsNotTakenForOne() throws IOException {
    Files.createFile(folder.resolve(ScriptedModel.SCRIPT));

    assertThatThrownBy(this::open).hasMessageContaining("model.pt");
  }
}
