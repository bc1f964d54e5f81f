package io.stepwise.cli;

import io.stepwise.data.Datasets;
import io.stepwise.data.ImageDataset;
import io.stepwise.data.ImageForm;
import io.stepwise.data.Split;
import io.stepwise.network.ModelDescription;
import io.stepwise.network.PretrainedModel;
import io.stepwise.settings.Settings;
import io.stepwise.settings.SnapshotSettings;
import io.stepwise.snapshot.SnapshotStore;
import io.stepwise.training.RunFolder;
import io.stepwise.training.TrainedModel;
import io.stepwise.training.TrainingRun;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Trains a diffusion model, or goes on with a training, and writes it as a diffusers folder. */
@Command(
    name = "train",
    description = {
      "Train a class-conditional diffusion model and write it as a diffusers folder.",
      "OUT holds checkpoints/, loss.csv, loss.png, samples/ and model/. Ctrl-C writes a checkpoint;"
          + " --resume goes on from the newest one, exactly as if it had not been interrupted."
    },
    sortOptions = false)
final class TrainCommand implements Callable<Integer> {

  @Option(names = "--out", required = true, paramLabel = "DIR", description = "Folder of the run.")
  Path out = Path.of("");

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "Fashion-MNIST's four files, or images in one sub-folder a label (default: the setting"
              + " data.fashion-mnist).")
  @Nullable Path data;

  @Option(
      names = "--from",
      paramLabel = "MODEL",
      description =
          "Begin with the weights of a model: a shipped one's name or a diffusers folder, whose"
              + " network, noise schedule and prediction type hold, not those given here.")
  @Nullable String from;

  @Option(
      names = "--resume",
      description = "Go on with the training of --out; its own options hold, not those given here.")
  boolean resume;

  @Mixin final TrainingArguments training = new TrainingArguments();

  @Option(
      names = "--image-size",
      paramLabel = "PIXELS",
      description = "Bring images to squares of this size; Fashion-MNIST stays at 28.")
  @Nullable Integer imageSize;

  @Option(
      names = "--grey",
      negatable = true,
      description = "Read images as grey instead of RGB (default for Fashion-MNIST).")
  @Nullable Boolean grey;

  @Option(
      names = "--threads",
      description =
          "Native threads; a continued run repeats exactly on the same number"
              + " (default: ${DEFAULT-VALUE}).",
      defaultValue = "1")
  int threads;

  @Option(
      names = "--checkpoint-every",
      paramLabel = "STEPS",
      description =
          "Updates between checkpoints, each with a sample grid (default:" + " ${DEFAULT-VALUE}).",
      defaultValue = "500")
  int checkpointEvery;

  @Option(
      names = "--publish",
      paramLabel = "MODEL",
      description =
          "Publish the averaged weights with each checkpoint as a version of this served model: a"
              + " shipped one's name or a model folder. Goes to the setting snapshots.folder.")
  @Nullable String publish;

  @Override
  public Integer call() throws IOException {
    requireAtLeastOne("--threads", threads);
    requireAtLeastOne("--checkpoint-every", checkpointEvery);
    RunFolder folder = new RunFolder(out);
    if (folder.hasCheckpoint() != resume) {
      throw new IllegalArgumentException(
          resume
              ? "--resume: no checkpoint in " + out + " (expected: the folder of a training)"
              : "--out: " + out + " holds a training (expected: another folder, or --resume)");
    }
    ImageDataset dataset = openData();
    Optional<TrainingRun> resumed = resume ? folder.resume(dataset, threads) : Optional.empty();
    try (TrainingRun run = resumed.orElseGet(() -> begin(dataset))) {
      Optional<SnapshotStore> store =
          Optional.ofNullable(publish).map(model -> openStore(model, run, dataset));
      try (TrainingProgress progress = new TrainingProgress(out, dataset, run, threads, store)) {
        folder.train(run, checkpointEvery, progress::isInterrupted, progress);
      }
    }
    return 0;
  }

  private TrainingRun begin(ImageDataset dataset) {
    if (from == null) {
      return TrainingRun.begin(training.options(dataset), dataset, threads);
    }
    PretrainedModel model = PretrainedModel.read(from, ModelLibrary.folder(from));
    return TrainingRun.beginFrom(
        model.networks(), training.options(model, dataset), dataset, threads);
  }

  /** Opens the store of a model in whose place what is trained can be served. */
  private static SnapshotStore openStore(String model, TrainingRun run, ImageDataset dataset) {
    if (run.options().family().learnsEnds()) {
      throw new IllegalArgumentException(
          "--learn-ends: true (expected: false with --publish, as the served model's noise levels"
              + " hold)");
    }
    ModelDescription served = ModelLibrary.open(model, "cpu").description();
    TrainedModel.describe(served.name(), run, dataset)
        .difference(served)
        .ifPresent(
            difference -> {
              throw new IllegalArgumentException(
                  "--publish: %s: what is trained does not suit it: %s"
                      .formatted(model, difference));
            });
    SnapshotSettings settings = Settings.load(Optional.empty()).snapshots();
    return SnapshotStores.open(settings, List.of(model)).values().stream()
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "--publish: no folder for snapshots (expected: the variable"
                        + " STEPWISE_SNAPSHOTS_FOLDER)"));
  }

  private ImageDataset openData() {
    Path folder = data == null ? Settings.load(Optional.empty()).data().fashionMnist() : data;
    if (imageSize == null && grey == null) {
      return Datasets.open(folder, Split.TRAIN);
    }
    OptionalInt size = imageSize == null ? OptionalInt.empty() : OptionalInt.of(imageSize);
    int planes = Boolean.TRUE.equals(grey) ? 1 : 3;
    return Datasets.open(folder, Split.TRAIN, new ImageForm(planes, size));
  }

  static void requireAtLeastOne(String name, int value) {
    requireAtLeast(name, value, 1);
  }

  static void requireAtLeast(String name, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: >= " + least + ")");
    }
  }
}
