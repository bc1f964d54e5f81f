package io.stepwise.training;

import io.stepwise.data.ImageDataset;
import io.stepwise.snapshot.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * The folder of a training: {@code checkpoints/}, from which it is continued, {@code loss.csv} and
 * a TensorBoard event file.
 */
public final class RunFolder {

  /** TensorBoard knows its files by the word in the middle. */
  private static final String EVENTS = "events.out.tfevents.stepwise";

  private final Path folder;

  /** Names a folder, which need not exist. */
  public RunFolder(Path folder) {
    this.folder = folder;
  }

  /** Returns the file of the losses. */
  public Path lossFile() {
    return folder.resolve("loss.csv");
  }

  /** Returns the file that TensorBoard reads. */
  Path eventFile() {
    return folder.resolve(EVENTS);
  }

  /** Returns whether a training can be continued here. */
  public boolean hasCheckpoint() throws IOException {
    return Checkpoint.readNewest(checkpoints()).isPresent();
  }

  /**
   * Continues the training of this folder from its newest checkpoint.
   *
   * @return the training, which the caller closes on this thread; empty if there is no checkpoint
   * @throws TrainingException if the data set is another one
   */
  public Optional<TrainingRun> resume(ImageDataset dataset, int threads) throws IOException {
    return Checkpoint.readNewest(checkpoints())
        .map(checkpoint -> TrainingRun.resume(checkpoint, dataset, threads));
  }

  /**
   * Trains to the end or until told to stop, with a checkpoint every so often and at the end.
   *
   * @param run the training; stays the caller's
   * @param checkpointSteps updates between two checkpoints, 1 or more
   * @param stop asked after each update whether to stop
   */
  public void train(
      TrainingRun run, int checkpointSteps, BooleanSupplier stop, TrainingListener listener)
      throws IOException {
    try (RunSession session = begin(run)) {
      boolean isOver = session.isOver();
      while (!isOver) {
        listener.onStep(session.update());
        isOver = session.isOver() || stop.getAsBoolean();
        if (isOver || run.step() % checkpointSteps == 0) {
          session.save();
          Optional<SampleGrid> samples = listener.onCheckpoint(run);
          if (samples.isPresent()) {
            session.add(samples.get());
          }
        }
      }
    }
  }

  /** Goes on with a run, which stays the caller's; the session is the caller's to close. */
  RunSession begin(TrainingRun run) throws IOException {
    create();
    return new RunSession(run, this);
  }

  /** Makes the folder if it is not there. */
  void create() throws IOException {
    Files.createDirectories(folder);
  }

  /**
   * Makes room for a new training. An earlier one that can be gone on with becomes {@link
   * #previous}, in place of the one that was; any other is removed.
   */
  void clear() throws IOException {
    if (Checkpoint.isBelow(checkpoints())) {
      DurableFiles.delete(previous());
      DurableFiles.move(folder, previous());
    } else {
      DurableFiles.delete(folder);
    }
  }

  /** Returns where the training before this one is, if there was one. */
  Path previous() {
    return folder.resolveSibling(folder.getFileName() + ".previous");
  }

  Path checkpoints() {
    return folder.resolve("checkpoints");
  }
}
