package io.stepwise.bench;

import io.stepwise.data.ImageDataset;
import io.stepwise.family.Family;
import io.stepwise.family.FamilyOptions;
import io.stepwise.family.Networks;
import io.stepwise.network.ImageShape;
import io.stepwise.network.ModelDescription;
import io.stepwise.network.UNetConfig;
import io.stepwise.training.LearningRate;
import io.stepwise.training.LearningRateSchedule;
import io.stepwise.training.RunFolder;
import io.stepwise.training.SampleGrid;
import io.stepwise.training.TrainingListener;
import io.stepwise.training.TrainingOptions;
import io.stepwise.training.TrainingRun;
import io.stepwise.training.TrainingStep;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * The speed of the whole training loop as {@code train} runs it (images, noise, gradient,
 * optimizer, moving average, event file, and a checkpoint every so many updates) against forward
 * and backward alone, measured in turn.
 */
final class TrainingBenchmark implements Benchmark {

  private static final List<Integer> BATCH_SIZES = List.of(16, 32, 64);
  private static final int CHECKPOINT_UPDATES = 500;
  private static final int IMAGES = 1000;
  private static final double TARGET = 0.9;

  @Override
  public String name() {
    return "train";
  }

  @Override
  public String question() {
    return "images/s of the training loop, against forward and backward alone";
  }

  @Override
  public BenchmarkReport run(BenchmarkOptions options) {
    Map<String, ?> network = options.model().configs().get("network");
    if (network == null) {
      throw new IllegalArgumentException(
          "model: "
              + options.model().description().name()
              + " (expected: a diffusers folder, a TorchScript file is not trained)");
    }
    List<Map<String, Object>> rows = new ArrayList<>();
    List<BenchmarkReport.Target> targets = new ArrayList<>();
    for (int batchSize : BATCH_SIZES) {
      Series series = measure(UNetConfig.parse(network), batchSize, options);
      rows.add(series.row(batchSize));
      targets.add(
          BenchmarkReport.Target.atLeast(
              "loop of bare at batch " + batchSize, Median.of(series.ratios), TARGET));
    }
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("threads", options.threads());
    facts.put("updates_per_checkpoint", CHECKPOINT_UPDATES);
    return new BenchmarkReport(facts, rows, targets);
  }

  private static Series measure(UNetConfig network, int batchSize, BenchmarkOptions options) {
    Series series = new Series();
    try (Loop loop = new Loop(network, batchSize, options);
        BareTraining bare = new BareTraining(network, batchSize, options.threads())) {
      loop.secondsPerUpdate(Duration.ZERO);
      bare.run();
      for (int round = 0; round < options.rounds(); round++) {
        double bareRate = batchSize * Timing.perSecond(options.length(), bare::run);
        double loopRate = batchSize / loop.secondsPerUpdate(options.length());
        series.bare.add(bareRate);
        series.loop.add(loopRate);
        series.ratios.add(loopRate / bareRate);
      }
    }
    return series;
  }

  /** The measurements at one batch size, one a round. */
  private static final class Series {

    private final List<Double> bare = new ArrayList<>();
    private final List<Double> loop = new ArrayList<>();
    private final List<Double> ratios = new ArrayList<>();

    private Map<String, Object> row(int batchSize) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("batch", batchSize);
      row.put("bare_images_per_second", Figures.rounded(Median.of(bare)));
      row.put("loop_images_per_second", Figures.rounded(Median.of(loop)));
      row.put("of_bare", Figures.rounded(Median.of(ratios)));
      return row;
    }
  }

  /** A training in a temporary folder that goes on a little at every call. */
  private static final class Loop implements TrainingListener, AutoCloseable {

    private final Path folder;
    private final TrainingRun run;
    private long lastUpdate;

    private Loop(UNetConfig network, int batchSize, BenchmarkOptions options) {
      ModelDescription model = options.model().description();
      TrainingOptions training =
          new TrainingOptions(
              FamilyOptions.of(Family.DDPM),
              Map.of(Networks.UNET, network.fields()),
              model.scheduler().fields(),
              null,
              1,
              Integer.MAX_VALUE,
              batchSize,
              1,
              LearningRate.of(1e-4, LearningRateSchedule.COSINE, CHECKPOINT_UPDATES),
              0.01,
              1,
              0.999,
              0,
              TrainingOptions.Validation.NONE);
      try {
        folder = Files.createTempDirectory("stepwise-bench-");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      run = TrainingRun.begin(training, images(model), options.threads());
    }

    private static ImageDataset images(ModelDescription model) {
      ImageShape shape = model.shape();
      Random random = new Random(1);
      List<byte[]> images = new ArrayList<>();
      int[] labels = new int[IMAGES];
      for (int i = 0; i < IMAGES; i++) {
        byte[] pixels = new byte[shape.size()];
        random.nextBytes(pixels);
        images.add(pixels);
        labels[i] = model.labels().isEmpty() ? -1 : i % model.labels().size();
      }
      return ImageDataset.of(
          shape.channels(), shape.height(), shape.width(), model.labels(), labels, images);
    }

    /** Trains for a while; a checkpoint counts as much as it would if it came as usual. */
    double secondsPerUpdate(Duration least) {
      long begin = System.nanoTime();
      int first = run.step();
      BooleanSupplier isOver = () -> System.nanoTime() - begin >= least.toNanos();
      try {
        new RunFolder(folder).train(run, Integer.MAX_VALUE, isOver, this);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      double updates = (lastUpdate - begin) / 1e9 / (run.step() - first);
      double checkpoint = (System.nanoTime() - lastUpdate) / 1e9;
      return updates + checkpoint / CHECKPOINT_UPDATES;
    }

    @Override
    public void onStep(TrainingStep step) {
      lastUpdate = System.nanoTime();
    }

    @Override
    public Optional<SampleGrid> onCheckpoint(TrainingRun run) {
      return Optional.empty();
    }

    @Override
    public void close() {
      run.close();
      try (Stream<Path> paths = Files.walk(folder)) {
        for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
