package io.stepwise.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A folder with an autoencoder: states are latents, images are what they decode to. */
final class LatentModelTest {

  private static final ImageShape LATENT = new ImageShape(2, 8, 8);
  private static final ImageShape IMAGE = new ImageShape(1, 16, 16);

  @TempDir Path folder;

  @BeforeEach
  void writeFolder() {
    TinyFolder.writeLatent(folder);
  }

  @Test
  void descriptionTellsStatesFromImages() {
    ModelDescription description = open().description();

    assertThat(description.shape()).isEqualTo(LATENT);
    assertThat(description.imageShape()).isEqualTo(IMAGE);
  }

  @Test
  void decodedStatesAreTheAutoencodersImages() {
    TensorData states = TestTensors.normal(new Random(5), 1, 3, 2, 8, 8);
    NetworkFolder autoencoder = new NetworkFolder(folder.resolve("vae"));
    PlainAutoencoder plain =
        new PlainAutoencoder(autoencoder.config(), new PlainLayers(autoencoder.weights()));
    try (StepKernel kernel = open().openKernel(1)) {

      List<float[]> images = kernel.decode(split(states));

      assertThat(images).hasSize(3).allMatch(image -> image.length == IMAGE.size());
      for (int i = 0; i < 3; i++) {
        double[][][] latent = PlainLayers.map(TestTensors.image(states, i), v -> v / 0.5 + 0.1);
        double[][][] expected = plain.decode(latent);
        for (int p = 0; p < IMAGE.size(); p++) {
          assertThat((double) images.get(i)[p])
              .isCloseTo(expected[0][p / 16][p % 16], within(2e-4));
        }
      }
    }
  }

  @Test
  void samplesAreImages() {
    DiffusersModel model = open();
    try (StepKernel kernel = model.openKernel(1)) {
      List<float[]> samples =
          BatchSampler.sample(
              kernel,
              model.description().scheduler().plan(2, null),
              LATENT,
              List.of(new BatchSampler.Request(1, 0, 1, 2)));

      assertThat(samples.get(0)).hasSize(IMAGE.size());
    }
  }

  @Test
  void decodingLeavesNoArrays() {
    List<float[]> states = split(TestTensors.normal(new Random(5), 1, 2, 2, 8, 8));
    LatentSpace latents = LatentSpace.of(new NetworkFolder(folder.resolve("vae")), LATENT);
    ImageDecoder config = latents.config();
    TorchRuntime.prepareThread(1);
    TorchModule decoder =
        TorchModule.load(config.defineDecoder(LATENT), latents.decoderWeights(), Device.cpu());
    try (StepKernel kernel =
        new LatentStepKernel(open().openKernel(1), decoder, config.scale(), LATENT)) {
      NDManager manager = decoder.manager();
      kernel.decode(states);
      int own = manager.getManagedArrays().size();
      int shared = manager.getParentManager().getManagedArrays().size();
      for (int i = 0; i < 20; i++) {
        kernel.decode(states);
      }
      assertThat(manager.getManagedArrays()).hasSize(own);
      assertThat(manager.getParentManager().getManagedArrays()).hasSize(shared);
    }
  }

  @Test
  void stateOfAnotherSizeCannotBeDecoded() {
    try (StepKernel kernel = open().openKernel(1)) {
      assertThatThrownBy(() -> kernel.decode(List.of(new float[LATENT.size() - 1])))
          .isInstanceOf(NetworkException.class)
          .hasMessageContaining("state: 127 values (expected: 128)");
    }
  }

  @Test
  void closedKernelDecodesNoMoreAndClosesAgain() {
    StepKernel kernel = open().openKernel(1);
    kernel.close();
    kernel.close();

    assertThatThrownBy(() -> kernel.decode(List.of(new float[LATENT.size()])))
        .isInstanceOf(NetworkException.class);
  }

  @Test
  void digestCoversTheAutoencoder() throws IOException {
    String digest = open().description().digest();
    Path config = folder.resolve("vae/config.json");
    Map<String, Object> fields = ConfigFile.read(config);
    fields.put("shift_factor", 0.2);
    ConfigFile.write(config, fields);

    assertThat(open().description().digest()).isNotEqualTo(digest);
  }

  @Test
  void brokenAutoencoderIsNamed() throws IOException {
    Path config = folder.resolve("vae/config.json");
    Map<String, Object> fields = ConfigFile.read(config);
    fields.put("latent_channels", 3);
    ConfigFile.write(config, fields);
    assertThatThrownBy(this::open)
        .isInstanceOf(ModelFolderException.class)
        .hasMessage(config + ": latent_channels: 3 (expected: 2, the U-Net's in_channels)");

    TinyFolder.writeLatent(folder);
    Files.delete(folder.resolve("vae/" + NetworkFolder.WEIGHTS));
    assertThatThrownBy(this::open)
        .isInstanceOf(ModelFolderException.class)
        .hasMessageStartingWith(folder.resolve("vae/" + NetworkFolder.WEIGHTS) + ": ");
  }

  private DiffusersModel open() {
    return DiffusersModel.open("latent", folder, "cpu");
  }

  private static List<float[]> split(TensorData states) {
    int count = (int) states.shape()[0];
    int size = states.values().length / count;
    return IntStream.range(0, count)
        .mapToObj(i -> Arrays.copyOfRange(states.values(), i * size, (i + 1) * size))
        .toList();
  }
}
