package io.stepwise.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stepwise.diffusion.NormalStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DiffusersModelTest {

  @TempDir Path folder;

  @BeforeEach
  void writeFolder() {
    TinyFolder.write(folder);
  }

  @Test
  void whatIsWrittenOpens() {
    DiffusersModel model = open(folder);

    ModelDescription description = model.description();
    assertThat(description.name()).isEqualTo("tiny");
    assertThat(description.shape()).isEqualTo(new ImageShape(1, 8, 8));
    assertThat(description.labels()).containsExactly("left", "top");
    assertThat(description.hasNoneLabel()).isTrue();
    assertThat(description.scheduler()).isEqualTo(TinyFolder.scheduler());
    assertThat(description.digest()).matches("[0-9a-f]{64}");
    assertThat(model.configs().get("network"))
        .isEqualTo(UNetConfig.parse(TinyFolder.networkFields()).fields());
    assertThat(model.parameterCount().orElseThrow())
        .isEqualTo(UNet.define(UNetConfig.parse(TinyFolder.networkFields())).parameterCount())
        .isGreaterThan(1000);
  }

  @Test
  void folderWithoutLabelsNamesTheClassesByNumber() throws IOException {
    Files.delete(folder.resolve(TinyFolder.STEPWISE));

    ModelDescription description = open(folder).description();

    assertThat(description.labels()).containsExactly("class 0", "class 1", "class 2");
    assertThat(description.hasNoneLabel()).isFalse();
  }

  @Test
  void digestTellsWeightsAndNetworksApart(@TempDir Path other) {
    String digest = open(folder).description().digest();

    TinyFolder.write(other);
    assertThat(open(other).description().digest()).isEqualTo(digest);
    TinyFolder.write(other, UNetConfig.parse(TinyFolder.networkFields()), 8);
    assertThat(open(other).description().digest()).isNotEqualTo(digest);
    Map<String, Object> fields = TinyFolder.networkFields();
    fields.put("norm_eps", 1e-6);
    TinyFolder.write(other, UNetConfig.parse(fields), 7);
    assertThat(open(other).description().digest()).isNotEqualTo(digest);
  }

  @Test
  void modelInsideArchiveOpensAndRuns(@TempDir Path outside) throws IOException {
    URI archive = URI.create("jar:" + outside.resolve("models.zip").toUri());
    try (FileSystem zip = FileSystems.newFileSystem(archive, Map.of("create", "true"))) {
      TinyFolder.write(zip.getPath("/models/tiny"));

      DiffusersModel model = open(zip.getPath("/models/tiny"));

      assertThat(model.description().digest()).isEqualTo(open(folder).description().digest());
      assertThat(sample(model)).isEqualTo(sample(open(folder)));
    }
  }

  @Test
  void operationsAreTwiceTheMultiplicationsOfAllLayers() {
    long pixels = 64;
    long multiplications = 0;
    for (Map.Entry<String, long[]> parameter :
        UNet.define(UNetConfig.parse(TinyFolder.networkFields())).parameters().entrySet()) {
      String name = parameter.getKey();
      long[] shape = parameter.getValue();
      boolean isTable = name.equals("class_embedding.weight");
      if (shape.length > 1 && !isTable) {
        boolean isTime = name.startsWith("time_embedding.") || name.contains("time_emb_proj");
        multiplications += TensorData.elements(shape) * (isTime ? 1 : pixels);
      }
      if (name.endsWith("to_q.weight")) {
        multiplications += 2 * pixels * pixels * shape[0];
      }
    }

    assertThat(open(folder).operationsPerStep().orElseThrow()).isEqualTo(2 * multiplications);
  }

  @Test
  void operationsFallWithTheSizeOfTheLevels() {
    NetworkFolder plain = new NetworkFolder(Golden.folder("unet-plain"));
    Map<String, Object> fields = plain.config();
    long operations = UNet.define(UNetConfig.parse(fields)).multiplications();
    fields.put("sample_size", 32);

    long larger = UNet.define(UNetConfig.parse(fields)).multiplications();

    long timeLayers =
        plain.definition().parameters().entrySet().stream()
            .filter(parameter -> parameter.getValue().length == 2)
            .mapToLong(parameter -> TensorData.elements(parameter.getValue()))
            .sum();
    assertThat(larger - timeLayers).isEqualTo(4 * (operations - timeLayers));
  }

  @Test
  void flatFolderOpens(@TempDir Path flat) throws IOException {
    for (String name : List.of(TinyFolder.CONFIG, TinyFolder.WEIGHTS, TinyFolder.SCHEDULER)) {
      Path file = folder.resolve(name);
      Files.copy(file, flat.resolve(file.getFileName()));
    }
    Files.copy(folder.resolve(TinyFolder.STEPWISE), flat.resolve(TinyFolder.STEPWISE));

    DiffusersModel model = open(flat);

    assertThat(model.description()).isEqualTo(open(folder).description());
    assertThat(sample(model)).isEqualTo(sample(open(folder)));
  }

  @Test
  void classesThatAreEmbeddedLikeTimestepsNeedNames() throws IOException {
    Map<String, Object> fields = TinyFolder.networkFields();
    fields.put("class_embed_type", "timestep");
    fields.remove("num_class_embeds");
    TinyFolder.write(folder, UNetConfig.parse(fields), 7);

    assertThat(open(folder).description().labels()).containsExactly("left", "top");
    assertThat(sample(open(folder))).hasSize(64).doesNotContain(Float.NaN);
    Files.delete(folder.resolve(TinyFolder.STEPWISE));
    assertRefused(TinyFolder.STEPWISE, "labels: 0, the one for none included (expected: 1");
  }

  @Test
  void embeddingsInsteadOfClassesAreRefused() {
    Map<String, Object> fields = TinyFolder.networkFields();
    fields.put("class_embed_type", "identity");
    TinyFolder.write(folder, UNetConfig.parse(fields), 7);

    assertRefused(TinyFolder.CONFIG, "class_embed_type: identity (expected: null or timestep");
  }

  @Test
  void weightsThatChangedSinceTheModelOpenedAreNotLoaded() {
    DiffusersModel model = open(folder);
    TinyFolder.write(folder, UNetConfig.parse(TinyFolder.networkFields()), 8);

    assertThatThrownBy(() -> model.openKernel(1))
        .isInstanceOf(NetworkException.class)
        .hasMessage(folder + ": the weights changed since the model was opened");
  }

  @ParameterizedTest
  @ValueSource(strings = {TinyFolder.CONFIG, TinyFolder.WEIGHTS, TinyFolder.SCHEDULER})
  void missingFileIsNamed(String name) throws IOException {
    Files.delete(folder.resolve(name));

    assertRefused(name, "cannot be read: no such file");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {TinyFolder.CONFIG, TinyFolder.WEIGHTS, TinyFolder.SCHEDULER, TinyFolder.STEPWISE})
  void folderInTheFilesPlaceIsNamed(String name) throws IOException {
    Files.delete(folder.resolve(name));
    Files.createDirectory(folder.resolve(name));

    assertRefused(name, "a folder (expected: a file)");
  }

  @Test
  void whatIsNoFolderIsNamed() {
    Path file = folder.resolve(TinyFolder.CONFIG);

    assertThatThrownBy(() -> open(file))
        .isInstanceOf(ModelFolderException.class)
        .hasMessage(file + ": no such folder");
  }

  @Test
  void truncatedWeightsAreNamed() throws IOException {
    Path file = folder.resolve(TinyFolder.WEIGHTS);
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length - 5));

    assertRefused(TinyFolder.WEIGHTS, "truncated: ends at byte");
  }

  @Test
  void tensorOfAnotherShapeIsNamed() {
    changeWeights(
        weights -> {
          weights.put("conv_in.bias", new TensorData(new long[] {4}, new float[4]));
          return weights;
        });

    assertRefused(TinyFolder.WEIGHTS, "conv_in.bias: shape [4] (expected: [8])");
  }

  @Test
  void missingTensorIsNamed() {
    changeWeights(
        weights -> {
          weights.remove("mid_block.attentions.0.to_q.weight");
          return weights;
        });

    assertRefused(
        TinyFolder.WEIGHTS, "mid_block.attentions.0.to_q.weight: missing (expected: shape [8, 8])");
  }

  @Test
  void tensorOfAnotherNetworkIsNamed() {
    changeWeights(
        weights -> {
          weights.put("encoder.weight", new TensorData(new long[] {1}, new float[1]));
          return weights;
        });

    assertRefused(TinyFolder.WEIGHTS, "encoder.weight: not a tensor of this network");
  }

  @Test
  void pickleIsRefusedUnderEitherName() throws IOException {
    Path file = folder.resolve(TinyFolder.WEIGHTS);
    Path pickle = folder.resolve("unet/diffusion_pytorch_model.bin");
    Files.delete(file);
    Files.write(pickle, new byte[] {'P', 'K', 3, 4, 0, 0, 0, 0});
    assertRefused("unet/diffusion_pytorch_model.bin", "a pickle, which can run code");

    Files.move(pickle, file);
    assertRefused(TinyFolder.WEIGHTS, "a pickle, which can run code");
  }

  @Test
  void brokenSchedulerIsNamed() throws IOException {
    Path file = folder.resolve(TinyFolder.SCHEDULER);
    Files.writeString(file, "{\"_class_name\": \"DDPMScheduler\", \"beta_start\": \"low\"}");
    assertRefused(TinyFolder.SCHEDULER, "beta_start: low (expected: ");
    Files.writeString(file, "{}");
    assertRefused(TinyFolder.SCHEDULER, "_class_name: ");
  }

  @Test
  void brokenNetworkConfigIsNamed() throws IOException {
    Files.writeString(folder.resolve(TinyFolder.CONFIG), "{\"sample_size\": 8, \"depth\": 3}");

    assertRefused(TinyFolder.CONFIG, "depth: 3 (expected: no field of this name)");
  }

  @Test
  void labelsThatDoNotFitTheNetworkAreNamed() throws IOException {
    Files.writeString(folder.resolve(TinyFolder.STEPWISE), "{\"labels\": [\"a\", \"b\"]}");

    assertRefused(
        TinyFolder.STEPWISE, "labels: 2, the one for none included (expected: 3, as the network's");
  }

  @Test
  void learnedVarianceNeedsTwiceTheChannels() throws IOException {
    Files.writeString(
        folder.resolve(TinyFolder.SCHEDULER),
        "{\"_class_name\": \"DDPMScheduler\", \"variance_type\": \"learned_range\"}");
    assertRefused(TinyFolder.CONFIG, "out_channels: 1 (expected: 2 for in_channels 1 and learned");

    TinyFolder.write(folder);
    Map<String, Object> fields = TinyFolder.networkFields();
    fields.put("out_channels", 2);
    TinyFolder.write(folder, UNetConfig.parse(fields), 7);
    assertRefused(TinyFolder.CONFIG, "out_channels: 2 (expected: 1 for in_channels 1)");
  }

  @Test
  void learnedTimeEmbeddingCoversTheSchedulersTimesteps() {
    Map<String, Object> fields = TinyFolder.networkFields();
    fields.put("time_embedding_type", "learned");
    fields.put("num_train_timesteps", 50);
    TinyFolder.write(folder, UNetConfig.parse(fields), 7);
    assertThat(sample(open(folder))).hasSize(64);

    fields.put("num_train_timesteps", 49);
    TinyFolder.write(folder, UNetConfig.parse(fields), 7);
    assertRefused(TinyFolder.CONFIG, "num_train_timesteps: 49 (expected: at least 50, the sched");
  }

  @Test
  void damagedFolderOpensOrIsRefusedByName() throws IOException {
    List<String> names =
        List.of(TinyFolder.CONFIG, TinyFolder.WEIGHTS, TinyFolder.SCHEDULER, TinyFolder.STEPWISE);
    Random random = new Random(11);
    for (int trial = 0; trial < 400; trial++) {
      Path file = folder.resolve(names.get(trial % names.size()));
      byte[] whole = Files.readAllBytes(file);
      byte[] damaged = whole.clone();
      int reach = Math.min(whole.length, 4096);
      for (int flips = random.nextInt(3); flips >= 0; flips--) {
        damaged[random.nextInt(reach)] = (byte) (32 + random.nextInt(96));
      }
      Files.write(file, damaged);
      try {
        open(folder);
      } catch (ModelFolderException e) {
        assertThat(e).hasMessageStartingWith(folder.toString());
      }
      Files.write(file, whole);
    }
    assertThat(open(folder).description().name()).isEqualTo("tiny");
  }

  private static DiffusersModel open(Path folder) {
    return DiffusersModel.open("tiny", folder, "cpu");
  }

  private static float[] sample(DiffusersModel model) {
    float[] x = new NormalStream(1, 2, 0).draw(64);
    StepInput input =
        new StepInput(
            model.description().scheduler().plan(1, null).rows().get(0),
            x,
            new float[0],
            new NormalStream(1, 2, 1),
            1,
            1);
    try (StepKernel kernel = model.openKernel(1)) {
      return kernel.run(List.of(input)).get(0).x();
    }
  }

  private void changeWeights(UnaryOperator<Map<String, TensorData>> change) {
    Path file = folder.resolve(TinyFolder.WEIGHTS);
    try {
      Safetensors.write(file, change.apply(new LinkedHashMap<>(Safetensors.read(file))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void assertRefused(String name, String problem) {
    assertThatThrownBy(() -> open(folder))
        .isInstanceOf(ModelFolderException.class)
        .hasMessageStartingWith(folder.resolve(name) + ": ")
        .hasMessageContaining(problem);
  }
}
