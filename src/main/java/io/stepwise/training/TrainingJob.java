package io.stepwise.training;

import io.stepwise.data.ImageDataset;
import io.stepwise.network.PretrainedModel;
import io.stepwise.snapshot.Snapshot;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One training of a served model, from its current version or from where it was left. Blocks and is
 * confined to the thread that opened it.
 */
final class TrainingJob implements AutoCloseable {

  private static final double SMOOTHING = 0.02;

  private final TrainableModel model;
  private final ImageDataset dataset;
  private final TrainingRun run;
  private final RunSession session;
  private double smoothedLoss = Double.NaN;

  private TrainingJob(
      TrainableModel model, ImageDataset dataset, TrainingRun run, RunSession session) {
    this.model = model;
    this.dataset = dataset;
    this.run = run;
    this.session = session;
  }

  /**
   * Opens the data and the weights, and writes a first checkpoint. A new training sets the model's
   * last one aside.
   *
   * @param continues whether this is the same training as before, after a failure
   * @throws IllegalArgumentException if the order does not suit the model or the data
   */
  static TrainingJob open(TrainableModel model, TrainingOrder order, boolean continues, int threads)
      throws IOException {
    ImageDataset dataset = model.dataset().get();
    RunFolder folder = new RunFolder(model.runFolder());
    Optional<TrainingRun> resumed =
        continues || order.resume() ? folder.resume(dataset, threads) : Optional.empty();
    if (resumed.isEmpty() && order.resume()) {
      throw new IllegalArgumentException(
          "resume: true (expected: false, as " + model.name() + " has no training to go on with)");
    }
    TrainingRun run = resumed.orElseGet(() -> begin(model, order, dataset, threads));
    RunSession session;
    try {
      if (resumed.isEmpty()) {
        folder.clear();
      }
      session = folder.begin(run);
    } catch (IOException | RuntimeException | Error e) {
      run.close();
      throw e;
    }
    TrainingJob job = new TrainingJob(model, dataset, run, session);
    try {
      job.save();
      return job;
    } catch (IOException | RuntimeException | Error e) {
      job.close();
      throw e;
    }
  }

  private static TrainingRun begin(
      TrainableModel model, TrainingOrder order, ImageDataset dataset, int threads) {
    String digest =
        model
            .store()
            .current()
            .map(Snapshot::digest)
            .orElseThrow(() -> new TrainingException(model.name() + ": no version to begin with"));
    PretrainedModel pretrained =
        PretrainedModel.read(model.name(), model.store().modelFolder(digest));
    pretrained
        .difference(dataset.labelNames())
        .ifPresent(
            difference -> {
              throw new IllegalArgumentException("model: " + model.name() + ": " + difference);
            });
    return TrainingRun.beginFrom(
        pretrained.networks(), order.options(pretrained, dataset.count()), dataset, threads);
  }

  /**
   * Makes one update.
   *
   * @throws TrainingException if it cannot be made; the weights are then as before
   */
  TrainingStep update() {
    TrainingStep step = session.update();
    smoothedLoss =
        Double.isNaN(smoothedLoss)
            ? step.loss()
            : smoothedLoss + SMOOTHING * (step.loss() - smoothedLoss);
    return step;
  }

  /** Returns the number of updates made. */
  int step() {
    return run.step();
  }

  TrainingOptions options() {
    return run.options();
  }

  /** Returns the running mean of the losses since the training was opened; NaN before the first. */
  double smoothedLoss() {
    return smoothedLoss;
  }

  /** Returns whether the last update is made. */
  boolean isOver() {
    return session.isOver();
  }

  /** Adds what the version that was published last draws to the record. */
  void add(SampleGrid samples) throws IOException {
    session.add(samples);
  }

  /** Writes down where the training is. */
  void save() throws IOException {
    session.save();
  }

  /**
   * Publishes the averaged weights, with all that it takes to go on from there.
   *
   * @param validationLoss measured of these weights; empty if it was not
   * @throws io.stepwise.snapshot.SnapshotException if they cannot be written
   */
  Snapshot publish(Optional<Double> validationLoss) {
    Map<String, Double> metrics = new LinkedHashMap<>();
    if (Double.isFinite(smoothedLoss)) {
      metrics.put("loss", smoothedLoss);
    }
    validationLoss.ifPresent(loss -> metrics.put("validation_loss", loss));
    return model.store().publish(TrainedModel.version(run, dataset, metrics));
  }

  @Override
  public void close() throws IOException {
    run.close();
    session.close();
  }
}
