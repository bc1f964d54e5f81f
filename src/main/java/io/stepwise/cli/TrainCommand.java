package io.stepwise.cli;

import io.stepwise.data.Datasets;
import io.stepwise.data.ImageDataset;
import io.stepwise.data.ImageForm;
import io.stepwise.data.Split;
import io.stepwise.settings.Settings;
import io.stepwise.training.LearningRate;
import io.stepwise.training.RunFolder;
import io.stepwise.training.TrainingOptions;
import io.stepwise.training.TrainingRun;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
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
      names = "--resume",
      description = "Go on with the training of --out; its own options hold, not those given here.")
  boolean resume;

  @Option(
      names = "--epochs",
      description = "Passes over the data (default: ${DEFAULT-VALUE}).",
      defaultValue = "6")
  double epochs;

  @Option(names = "--batch-size", description = "default: ${DEFAULT-VALUE}", defaultValue = "64")
  int batchSize;

  @Option(
      names = "--learning-rate",
      description = "Peak learning rate (default: ${DEFAULT-VALUE}).",
      defaultValue = "5e-4")
  double learningRate;

  @Option(
      names = "--learning-rate-course",
      description = "${COMPLETION-CANDIDATES} after the warm-up (default: ${DEFAULT-VALUE}).",
      defaultValue = "COSINE")
  LearningRate learningRateCourse = LearningRate.COSINE;

  @Option(
      names = "--warm-up",
      paramLabel = "STEPS",
      description = "Updates over which the learning rate rises (default: ${DEFAULT-VALUE}).",
      defaultValue = "250")
  int warmUp;

  @Option(
      names = "--weight-decay",
      description = "default: ${DEFAULT-VALUE}",
      defaultValue = "0.01")
  double weightDecay;

  @Option(
      names = "--max-gradient-norm",
      description = "default: ${DEFAULT-VALUE}",
      defaultValue = "1")
  double maxGradientNorm;

  @Option(
      names = "--average-decay",
      description = "Decay of the weights' moving average (default: ${DEFAULT-VALUE}).",
      defaultValue = "0.999")
  double averageDecay;

  @Option(
      names = "--label-dropout",
      description = "Share of labels replaced by none, for guidance (default: ${DEFAULT-VALUE}).",
      defaultValue = "0.1")
  double labelDropout;

  @Option(
      names = "--channels",
      split = ",",
      paramLabel = "C",
      description = "Channels of each level (default: ${DEFAULT-VALUE}).",
      defaultValue = "32,64,96")
  List<Integer> channels = List.of();

  @Option(
      names = "--layers-per-block",
      description = "default: ${DEFAULT-VALUE}",
      defaultValue = "1")
  int layersPerBlock;

  @Option(names = "--dropout", description = "default: ${DEFAULT-VALUE}", defaultValue = "0")
  double dropout;

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
      names = "--prediction",
      description = "epsilon, v_prediction or sample (default: ${DEFAULT-VALUE}).",
      defaultValue = "v_prediction")
  String prediction = "";

  @Option(
      names = "--schedule",
      description = "linear, scaled_linear or squaredcos_cap_v2 (default: ${DEFAULT-VALUE}).",
      defaultValue = "squaredcos_cap_v2")
  String schedule = "";

  @Option(names = "--seed", description = "default: ${DEFAULT-VALUE}", defaultValue = "1")
  long seed;

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
    try (TrainingRun run =
            resumed.orElseGet(() -> TrainingRun.begin(options(dataset), dataset, threads));
        TrainingProgress progress = new TrainingProgress(out, dataset, run, threads)) {
      folder.train(run, checkpointEvery, progress::isInterrupted, progress);
    }
    return 0;
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

  private TrainingOptions options(ImageDataset dataset) {
    if (!(epochs > 0)) {
      throw new IllegalArgumentException("--epochs: " + epochs + " (expected: > 0)");
    }
    requireAtLeastOne("--batch-size", batchSize);
    Map<String, Object> scheduler = new LinkedHashMap<>();
    scheduler.put("_class_name", "DDPMScheduler");
    scheduler.put("num_train_timesteps", 1000);
    scheduler.put("beta_schedule", schedule);
    scheduler.put("prediction_type", prediction);
    scheduler.put("clip_sample", true);
    scheduler.put("use_clipped_model_output", true);
    return new TrainingOptions(
        network(dataset),
        scheduler,
        seed,
        Math.toIntExact(Math.round(Math.ceil(epochs * dataset.count() / batchSize))),
        batchSize,
        learningRate,
        warmUp,
        learningRateCourse,
        weightDecay,
        maxGradientNorm,
        averageDecay,
        labelDropout);
  }

  /** The lowest level has attention, as in Ho et al. 2020 scaled to small images. */
  private Map<String, Object> network(ImageDataset dataset) {
    int last = channels.size() - 1;
    Map<String, Object> network = new LinkedHashMap<>();
    network.put("sample_size", List.of(dataset.height(), dataset.width()));
    network.put("in_channels", dataset.channels());
    network.put("out_channels", dataset.channels());
    network.put(
        "down_block_types",
        IntStream.rangeClosed(0, last)
            .mapToObj(i -> i == last ? "AttnDownBlock2D" : "DownBlock2D")
            .toList());
    network.put(
        "up_block_types",
        IntStream.rangeClosed(0, last)
            .mapToObj(i -> i == 0 ? "AttnUpBlock2D" : "UpBlock2D")
            .toList());
    network.put("block_out_channels", channels);
    network.put("layers_per_block", layersPerBlock);
    network.put("norm_num_groups", 8);
    network.put("attention_head_dim", 16);
    network.put("dropout", dropout);
    if (!dataset.labelNames().isEmpty()) {
      network.put("num_class_embeds", dataset.labelNames().size() + 1);
    }
    return network;
  }

  private static void requireAtLeastOne(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: >= 1)");
    }
  }
}
