package io.stepwise.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.network.FolderModel;
import io.stepwise.snapshot.Snapshot;
import io.stepwise.snapshot.SnapshotStore;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A training that publishes is killed as {@code kill -9} does it, at random moments; {@code
 * -Dstepwise.test.kills=50} does it as often.
 */
final class KilledTrainingIT {

  private static final int KILLS = Integer.getInteger("stepwise.test.kills", 10);
  private static final int LONGEST_LIFE_MILLIS = 400;

  @TempDir Path folder;

  @Test
  void storeIsWholeAfterEveryKillAndTheTrainingGoesOnAsIfThereHadBeenNone()
      throws IOException, InterruptedException {
    Random random = new Random(1);
    for (int kill = 0; kill < KILLS; kill++) {
      runAndKill(kill % 5 != 0, random.nextInt(LONGEST_LIFE_MILLIS));
      requireWholeStore();
    }

    double[] broken = LossLog.losses(KillableTraining.run(folder).resolve("loss.csv"));
    int steps = checkpointStep();
    assertThat(steps).as("updates that were made and not lost").isGreaterThan(KILLS / 2);
    assertThat(broken).hasSizeGreaterThanOrEqualTo(steps);
    double[] unbroken = unbrokenLosses(steps);
    for (int i = 0; i < steps; i++) {
      assertThat(broken[i]).as("loss of update %d", i + 1).isEqualTo(unbroken[i]);
    }
    System.out.printf("%d kills, %d updates, all losses as in an unbroken run%n", KILLS, steps);
  }

  /**
   * Starts the process, lets it live for a while and kills it.
   *
   * @param publishes whether that while begins with its first version, or as soon as it is open
   */
  private void runAndKill(boolean publishes, int millis) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:TieredStopAtLevel=1",
                    "-Xshare:auto",
                    "-cp",
                    System.getProperty("java.class.path"),
                    KillableTraining.class.getName(),
                    folder.toString()))
            .redirectError(folder.resolve("errors.txt").toFile())
            .start();
    try (BufferedReader out = process.inputReader()) {
      assertThat(out.readLine())
          .as(() -> read(folder.resolve("errors.txt")))
          .startsWith("training from step");
      if (publishes) {
        assertThat(out.readLine()).startsWith("published step");
      }
      assertThat(process.waitFor(millis, TimeUnit.MILLISECONDS)).isFalse();
      process.destroyForcibly();
      assertThat(process.waitFor()).isEqualTo(128 + 9);
    }
  }

  /** What any reader sees, before anybody has repaired anything, and after. */
  private void requireWholeStore() throws IOException {
    Path pointer = KillableTraining.snapshots(folder).resolve("tiny/current");
    if (Files.exists(pointer)) {
      String digest = Files.readString(pointer).strip();
      Path model = KillableTraining.snapshots(folder).resolve("tiny/versions/" + digest + "/model");
      assertThat(FolderModel.open("tiny", model, "cpu").description().digest()).isEqualTo(digest);
    }
    SnapshotStore store =
        SnapshotStore.open(KillableTraining.snapshots(folder), KillableTraining.MODEL, 3);
    assertThat(store.problems()).allMatch(problem -> problem.what().equals("unfinished; removed"));
    for (Snapshot snapshot : store.history()) {
      assertThat(store.load(snapshot.digest(), "cpu").description().digest())
          .isEqualTo(snapshot.digest());
      Path state = store.trainingState(snapshot.digest()).orElseThrow();
      assertThat(Checkpoint.readNewest(state).orElseThrow().step()).isEqualTo(snapshot.step());
    }
    if (Files.exists(pointer)) {
      assertThat(store.current().orElseThrow().digest())
          .isEqualTo(Files.readString(pointer).strip());
    }
  }

  private int checkpointStep() throws IOException {
    return Checkpoint.readNewest(KillableTraining.run(folder).resolve("checkpoints"))
        .orElseThrow()
        .step();
  }

  private static double[] unbrokenLosses(int steps) {
    double[] losses = new double[steps];
    try (TrainingRun run =
        TrainingRun.begin(TinyTraining.options(KillableTraining.STEPS), TinyTraining.images(), 1)) {
      for (int i = 0; i < steps; i++) {
        losses[i] = run.update().loss();
      }
    }
    return losses;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
