package io.stepwise.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.stepwise.diffusion.NormalStream;
import io.stepwise.diffusion.StepRow;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ScriptedModelTest {

  @TempDir Path folder;

  @BeforeEach
  void writeFolder() {
    ScriptedFolder.write(folder);
  }

  @Test
  void stepsAreThoseOfTheDiffusersFolderWithTheSameWeights(@TempDir Path diffusers)
      throws IOException {
    TinyFolder.write(diffusers);
    Safetensors.write(diffusers.resolve(TinyFolder.WEIGHTS), ScriptedFolder.weights());

    List<float[]> steps = steps(FolderModel.open("tiny", folder, "cpu"));

    assertThat(steps).usingRecursiveComparison().isEqualTo(steps(open(diffusers)));
    assertThat(steps.get(0)).isNotEqualTo(steps.get(1));
  }

  @Test
  void descriptionIsThatOfTheFile() {
    FolderModel model = open(folder);

    assertThat(model).isInstanceOf(ScriptedModel.class);
    ModelDescription description = model.description();
    assertThat(description.name()).isEqualTo("tiny");
    assertThat(description.shape()).isEqualTo(new ImageShape(1, 8, 8));
    assertThat(description.labels()).containsExactly("left", "top");
    assertThat(description.hasNoneLabel()).isTrue();
    assertThat(description.scheduler()).isEqualTo(TinyFolder.scheduler());
    assertThat(model.parameterCount()).isEmpty();
  }

  @Test
  void schedulerMayBeAFileOfItsOwnButNotBoth() throws IOException {
    Path scheduler = folder.resolve(TinyFolder.SCHEDULER);
    Files.createDirectories(scheduler.getParent());
    ConfigFile.write(scheduler, TinyFolder.scheduler().fields());
    assertRefused(TinyFolder.STEPWISE, "scheduler: there twice");

    change(fields -> fields.remove("scheduler"));
    assertThat(open(folder).description().scheduler()).isEqualTo(TinyFolder.scheduler());

    Files.delete(scheduler);
    assertRefused(TinyFolder.STEPWISE, "scheduler: missing (expected: ");
  }

  @Test
  void digestTellsProgramsAndFilesApart() {
    String digest = open(folder).description().digest();
    assertThat(digest).matches("[0-9a-f]{64}");

    change(fields -> fields.put("labels", List.of("top", "left")));
    assertThat(open(folder).description().digest()).isNotEqualTo(digest);
    ScriptedFolder.writeCode(folder, "torch.neg(x)");
    assertThat(open(folder).description().digest()).isNotEqualTo(digest);
  }

  @Test
  void programThatChangedSinceTheModelOpenedIsNotLoaded() {
    FolderModel model = open(folder);
    ScriptedFolder.writeCode(folder, "torch.neg(x)");

    assertThatThrownBy(() -> model.openKernel(1))
        .isInstanceOf(NetworkException.class)
        .hasMessage(folder + ": the model changed since it was opened");
  }

  @Test
  void missingProgramIsNamed() throws IOException {
    Files.delete(folder.resolve(ScriptedFolder.SCRIPT));

    assertRefused(ScriptedFolder.SCRIPT, "cannot be read: no such file");
  }

  @Test
  void missingFileIsNamed() throws IOException {
    Files.delete(folder.resolve(TinyFolder.STEPWISE));

    assertRefused(TinyFolder.STEPWISE, "cannot be read: no such file");
  }

  @Test
  void whatIsNoTorchScriptIsRefused() throws IOException {
    Path script = folder.resolve(ScriptedFolder.SCRIPT);
    byte[] whole = Files.readAllBytes(script);
    String expected = " (expected: a TorchScript file, as torch.jit.save writes it)";

    Files.write(script, new byte[0]);
    assertRefused(ScriptedFolder.SCRIPT, "empty" + expected);
    Files.write(script, new byte[] {(byte) 0x80, 2, '}', 'q', 0, '.'});
    assertRefused(ScriptedFolder.SCRIPT, "not a zip archive" + expected);
    Files.write(script, Arrays.copyOf(whole, whole.length / 2));
    assertRefused(ScriptedFolder.SCRIPT, "not a zip archive" + expected);
    Files.write(script, withoutCode(whole));
    assertRefused(
        ScriptedFolder.SCRIPT, "an archive without code, such as torch.save writes" + expected);
  }

  @Test
  void brokenFieldsAreNamed() {
    change(fields -> fields.remove("shape"));
    assertRefused(TinyFolder.STEPWISE, "shape: missing (expected: [C, H, W])");
    change(fields -> fields.put("shape", List.of(8, 8)));
    assertRefused(TinyFolder.STEPWISE, "shape: [8, 8] (expected: [C, H, W])");
    change(fields -> fields.put("scheduler", "ddpm"));
    assertRefused(TinyFolder.STEPWISE, "scheduler: ddpm (expected: the fields of");
    change(fields -> fields.put("scheduler", Map.of("_class_name", "Best")));
    assertRefused(TinyFolder.STEPWISE, "scheduler: _class_name: Best (expected: ");
    change(fields -> fields.put("colour", "red"));
    assertRefused(TinyFolder.STEPWISE, "colour: red (expected: no field of this name)");
  }

  @Test
  void outputOfAnotherShapeOrTypeIsRefusedBeforeTheFirstStep() {
    ScriptedFolder.writeWithWrongOutput(folder);
    assertKernelRefused("output: float32 (2, 1, 1, 8) (expected: float32 (2, 1, 8, 8))");
    ScriptedFolder.writeCode(folder, "torch.gt(x, 0.)");
    assertKernelRefused("output: boolean (2, 1, 8, 8) (expected: float32 (2, 1, 8, 8))");
    ScriptedFolder.writeCode(folder, "torch.matmul(x, t)");
    assertKernelRefused("");
    ScriptedFolder.writeCode(folder, "torch.no_such_operator(x)");
    assertKernelRefused("no_such_operator");
  }

  @Test
  void refusedProgramLeavesNoArrays() {
    TorchRuntime.prepareThread(1);
    ScriptedFolder.writeWithWrongOutput(folder);
    try (NDManager probe = NDManager.newBaseManager(Device.cpu(), TorchRuntime.ENGINE)) {
      int before = probe.getParentManager().getManagedArrays().size();
      assertKernelRefused("output: ");
      assertThat(probe.getParentManager().getManagedArrays()).hasSize(before);
    }
  }

  @Test
  void programRunsAsInEvaluationNotAsInTraining() {
    ScriptedFolder.writeCode(folder, "torch.dropout(x, 0.5, self.training)");
    List<float[]> dropped = steps(open(folder));
    ScriptedFolder.writeCode(folder, "torch.mul(x, 1.)");

    assertThat(dropped).usingRecursiveComparison().isEqualTo(steps(open(folder)));
  }

  private static FolderModel open(Path folder) {
    return FolderModel.open("tiny", folder, "cpu");
  }

  /** Returns one guided and one plain step, of different labels. */
  private static List<float[]> steps(FolderModel model) {
    StepRow row = model.description().scheduler().plan(5, null).rows().get(1);
    float[] x = new NormalStream(1, 2, 0).draw(64);
    NormalStream noise = new NormalStream(1, 2, 1);
    try (StepKernel kernel = model.openKernel(1)) {
      return kernel
          .run(
              List.of(
                  new StepInput(row, x, new float[0], noise, 1, 3),
                  new StepInput(row, x, new float[0], noise, 0, 1)))
          .stream()
          .map(StepOutput::x)
          .toList();
    }
  }

  private static byte[] withoutCode(byte[] archive) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(archive));
        ZipOutputStream out = new ZipOutputStream(bytes)) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        if (!entry.getName().contains("/code/") && !entry.getName().endsWith("constants.pkl")) {
          out.putNextEntry(new ZipEntry(entry.getName()));
          in.transferTo(out);
        }
      }
    }
    return bytes.toByteArray();
  }

  private void change(Consumer<Map<String, Object>> change) {
    Map<String, Object> fields = ScriptedFolder.fields();
    change.accept(fields);
    try {
      ConfigFile.write(folder.resolve(TinyFolder.STEPWISE), fields);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void assertRefused(String name, String problem) {
    assertThatThrownBy(() -> open(folder))
        .isInstanceOf(ModelFolderException.class)
        .hasMessageStartingWith(folder.resolve(name) + ": " + problem);
  }

  private void assertKernelRefused(String problem) {
    FolderModel model = open(folder);
    assertThatThrownBy(() -> model.openKernel(1))
        .isInstanceOf(NetworkException.class)
        .hasMessageStartingWith(folder.resolve(ScriptedFolder.SCRIPT) + ": ")
        .hasMessageContaining(problem);
  }
}
