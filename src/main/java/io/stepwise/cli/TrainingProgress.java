package io.stepwise.cli;

import io.stepwise.data.ImageDataset;
import io.stepwise.network.FolderModel;
import io.stepwise.snapshot.SnapshotStore;
import io.stepwise.training.LossLog;
import io.stepwise.training.LossPlot;
import io.stepwise.training.RunFolder;
import io.stepwise.training.SampleDrawing;
import io.stepwise.training.SampleGrid;
import io.stepwise.training.SampleSheet;
import io.stepwise.training.TrainedModel;
import io.stepwise.training.TrainingListener;
import io.stepwise.training.TrainingRun;
import io.stepwise.training.TrainingStep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import me.tongfei.progressbar.ProgressBar;

/**
 * Shows a training: a progress bar on a terminal and a line a checkpoint in a pipe; with each
 * checkpoint the model of the averaged weights, a grid of its samples and the plot of the losses.
 *
 * <p>An interrupt asks the training to stop after its update and waits until the checkpoint is
 * written.
 */
final class TrainingProgress implements TrainingListener, AutoCloseable {

  private static final int IMAGES_PER_LABEL = 8;
  private static final double SMOOTHING = 0.02;

  private final Path out;
  private final ImageDataset dataset;
  private final int threads;
  private final Optional<SnapshotStore> store;
  private final ProgressBar bar;
  private final Thread hook = new Thread(this::interrupt, "training-interrupt");
  private final CountDownLatch finished = new CountDownLatch(1);
  private final int batchSize;
  private volatile boolean interrupted;
  private double smoothedLoss = Double.NaN;
  private String validation = "";

  /**
   * Shows a training from here on.
   *
   * @param store where a version is published with each checkpoint; empty for nowhere
   */
  TrainingProgress(
      Path out, ImageDataset dataset, TrainingRun run, int threads, Optional<SnapshotStore> store) {
    this.out = out;
    this.store = store;
    this.dataset = dataset;
    this.threads = threads;
    this.batchSize = run.options().batchSize();
    this.bar = Terminal.progressBar("train", " images", 1);
    bar.maxHint((long) run.options().steps() * batchSize);
    bar.stepTo((long) run.step() * batchSize);
    Runtime.getRuntime().addShutdownHook(hook);
  }

  boolean isInterrupted() {
    return interrupted;
  }

  @Override
  public void onStep(TrainingStep step) {
    smoothedLoss =
        Double.isNaN(smoothedLoss)
            ? step.loss()
            : smoothedLoss + SMOOTHING * (step.loss() - smoothedLoss);
    bar.stepTo((long) step.step() * batchSize);
    if (step.validationLoss() != null) {
      validation = String.format(Locale.ROOT, ", validation %.4f", step.validationLoss());
    }
    bar.setExtraMessage(String.format(Locale.ROOT, " loss %.4f%s", smoothedLoss, validation));
  }

  @Override
  public Optional<SampleGrid> onCheckpoint(TrainingRun run) throws IOException {
    TrainedModel.write(run, dataset, model());
    if (store.isPresent()) {
      store.get().publish(TrainedModel.version(run, dataset, Map.of("loss", smoothedLoss)));
    }
    Path losses = new RunFolder(out).lossFile();
    LossPlot.write(
        LossLog.losses(losses),
        LossLog.validationLosses(losses),
        "Training",
        out.resolve("loss.png"));
    if (!Terminal.isInteractive()) {
      System.out.printf(
          Locale.ROOT,
          "step %d of %d, loss %.4f%s, %.0f images/s%n",
          run.step(),
          run.options().steps(),
          smoothedLoss,
          validation,
          (double) run.step() * batchSize / run.seconds());
    }
    return Optional.of(writeSamples(run));
  }

  @Override
  public void close() {
    bar.close();
    finished.countDown();
    if (!interrupted) {
      Runtime.getRuntime().removeShutdownHook(hook);
    }
  }

  private void interrupt() {
    interrupted = true;
    try {
      finished.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private SampleGrid writeSamples(TrainingRun run) throws IOException {
    FolderModel model = FolderModel.open("model", model(), "cpu");
    SampleGrid grid =
        SampleDrawing.draw(
            model, SampleSheet.ofRows(model.description().labels(), IMAGES_PER_LABEL), threads);
    Path folder = Files.createDirectories(out.resolve("samples"));
    Files.write(
        folder.resolve(String.format(Locale.ROOT, "step-%06d.png", run.step())), grid.png());
    return grid;
  }

  private Path model() {
    return out.resolve("model");
  }
}
