package io.stepwise.network;

import io.stepwise.diffusion.NormalStream;
import io.stepwise.diffusion.SchedulerConfig;
import io.stepwise.diffusion.StepRow;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A model in a folder with a TorchScript file: {@code model.pt}, whose method is {@code forward(x,
 * t, y)} with x [B, C, H, W] float32, t [B] float32 and y [B] int64, giving [B, C', H, W] float32
 * where C' is C, or 2 C with learned variance; and {@code stepwise.json} with the shape, the labels
 * and the scheduler's fields, if those are not in {@code scheduler/scheduler_config.json}.
 *
 * <p>A TorchScript file is a program, which runs with this process's rights: only folders of
 * whoever operates the process are opened.
 */
public final class ScriptedModel implements FolderModel {

  static final String SCRIPT = "model.pt";

  private final Path folder;
  private final String device;
  private final StepwiseFile stepwise;
  private final ModelDescription description;

  private ScriptedModel(
      Path folder, String device, StepwiseFile stepwise, ModelDescription description) {
    this.folder = folder;
    this.device = device;
    this.stepwise = stepwise;
    this.description = description;
  }

  /**
   * Returns whether a folder is meant to be such a model: there is a TorchScript file, or only
   * {@code stepwise.json}, and no diffusers network.
   */
  static boolean isIn(Path folder) {
    return !Files.exists(folder.resolve(ModelLayout.NETWORK))
        && (Files.exists(folder.resolve(SCRIPT))
            || (Files.exists(folder.resolve(ModelLayout.STEPWISE))
                && !Files.exists(folder.resolve(NetworkFolder.CONFIG))));
  }

  /**
   * Opens a folder after checking its files. What the program gives is checked as soon as a kernel
   * is opened.
   *
   * @param name the name that requests will use
   * @param device where its kernels run: {@code cpu}, {@code cuda:N} or {@code auto}
   * @throws ModelFolderException if the folder cannot be used; it names the file and the problem
   */
  public static ScriptedModel open(String name, Path folder, String device) {
    if (!Files.isDirectory(folder)) {
      throw new ModelFolderException(folder, "no such folder");
    }
    TorchScriptFile.requireTorchScript(folder.resolve(SCRIPT));
    ScriptedFile file = ConfigFile.parse(folder.resolve(ModelLayout.STEPWISE), ScriptedFile::parse);
    StepwiseFile stepwise = file.stepwise();
    return new ScriptedModel(
        folder,
        device,
        stepwise,
        new ModelDescription(
            name,
            digest(folder, ModelFile.readFully(folder.resolve(SCRIPT))),
            file.shape(),
            stepwise.labels(),
            stepwise.hasNoneLabel(),
            scheduler(folder, file)));
  }

  private static SchedulerConfig scheduler(Path folder, ScriptedFile file) {
    Path beside = folder.resolve(ModelLayout.SCHEDULER).resolve(ModelLayout.SCHEDULER_CONFIG);
    SchedulerConfig inside = file.scheduler();
    if (inside == null && Files.exists(beside)) {
      return ConfigFile.parse(beside, SchedulerConfig::parse);
    }
    if (inside == null || Files.exists(beside)) {
      throw new ModelFolderException(
          folder.resolve(ModelLayout.STEPWISE),
          "%s: %s (expected: the fields of a scheduler_config.json, either here or in %s)"
              .formatted(
                  ScriptedFile.SCHEDULER,
                  inside == null ? "missing" : "there twice",
                  folder.relativize(beside)));
    }
    return inside;
  }

  @Override
  public ModelDescription description() {
    return description;
  }

  @Override
  public OptionalLong parameterCount() {
    return OptionalLong.empty();
  }

  @Override
  public OptionalLong companionParameterCount() {
    return OptionalLong.empty();
  }

  @Override
  public StepwiseFile stepwise() {
    return stepwise;
  }

  @Override
  public OptionalLong operationsPerStep() {
    return OptionalLong.empty();
  }

  @Override
  public Map<String, Map<String, @Nullable Object>> configs() {
    return Map.of();
  }

  /**
   * {@inheritDoc}
   *
   * <p>Takes a step of two images before it returns, so that a program that takes or gives
   * something else is an error here.
   *
   * @throws ModelFolderException if the folder was broken since the model was opened
   */
  @Override
  public StepKernel openKernel(int threads) {
    TorchRuntime.prepareThread(threads);
    Path script = folder.resolve(SCRIPT);
    byte[] archive = ModelFile.readFully(script);
    String digest = digest(folder, archive);
    if (!digest.equals(description.digest())) {
      throw new NetworkException(folder + ": the model changed since it was opened");
    }
    try {
      return triedOut(
          new TorchStepKernel(
              TorchModule.load(archive, TorchRuntime.device(device)),
              digest,
              description.shape(),
              description.scheduler().learnsVariance(),
              description.noneLabel()));
    } catch (NetworkException e) {
      throw new NetworkException(script + ": " + e.getMessage(), e);
    }
  }

  /** Takes a step for the first class and for the last, the one for "none" included. */
  private StepKernel triedOut(StepKernel kernel) {
    int classes = description.labels().size() + (description.hasNoneLabel() ? 1 : 0);
    StepRow row = description.scheduler().plan(1, null).rows().get(0);
    float[] x = new float[description.shape().size()];
    float[] history = new float[row.m().history() * x.length];
    NormalStream noise = new NormalStream(0, 0, 1);
    List<StepInput> batch =
        List.of(
            new StepInput(row, x, history, noise, 0, 1),
            new StepInput(row, x, history, noise, Math.max(0, classes - 1), 1));
    try {
      kernel.run(batch);
      return kernel;
    } catch (NetworkException e) {
      kernel.close();
      throw e;
    }
  }

  /** Returns the SHA-256 of the program and of {@code stepwise.json}. */
  private static String digest(Path folder, byte[] script) {
    MessageDigest sha = ModelFile.sha256();
    sha.update(script);
    sha.update(ModelFile.readFully(folder.resolve(ModelLayout.STEPWISE)));
    return HexFormat.of().formatHex(sha.digest());
  }
}
