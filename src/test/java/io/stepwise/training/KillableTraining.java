package io.stepwise.training;

import io.stepwise.data.ImageDataset;
import io.stepwise.snapshot.SnapshotStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** A process that trains, writes checkpoints and publishes until it is killed. */
final class KillableTraining {

  static final int STEPS = 100_000;
  static final String MODEL = "tiny";

  private KillableTraining() {}

  /** Goes on with the training in a folder, whose name is the only argument. */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    ImageDataset images = TinyTraining.images();
    RunFolder runFolder = new RunFolder(run(folder));
    SnapshotStore store = SnapshotStore.open(snapshots(folder), MODEL, 3);
    try (TrainingRun run =
            runFolder
                .resume(images, 1)
                .orElseGet(() -> TrainingRun.begin(TinyTraining.options(STEPS), images, 1));
        RunSession session = runFolder.begin(run)) {
      System.out.println("training from step " + run.step());
      while (true) {
        double loss = session.update().loss();
        if (run.step() % 2 == 0) {
          session.save();
        }
        store.publish(TrainedModel.version(run, images, Map.of("loss", loss)));
        System.out.println("published step " + run.step());
      }
    }
  }

  static Path run(Path folder) {
    return folder.resolve("run");
  }

  static Path snapshots(Path folder) {
    return folder.resolve("snapshots");
  }
}
