package io.stepwise.cli;

import io.stepwise.cluster.ClusterTrainer;
import io.stepwise.cluster.SharedSnapshots;
import io.stepwise.cluster.TrainerStandIn;
import io.stepwise.data.Datasets;
import io.stepwise.data.Split;
import io.stepwise.settings.Settings;
import io.stepwise.settings.TrainingSettings;
import io.stepwise.snapshot.SnapshotPublished;
import io.stepwise.snapshot.SnapshotStore;
import io.stepwise.training.TrainableModel;
import io.stepwise.training.Trainer;
import io.stepwise.training.TrainerOptions;
import io.stepwise.training.TrainingClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;

/** The trainer of a process that serves, or of its cluster. */
final class TrainingSystem {

  /** Beside the stores, of which none has such a name. */
  private static final String RUNS = ".training";

  private static final Duration RETRY = Duration.ofSeconds(10);

  private TrainingSystem() {}

  /**
   * Starts the trainer, which does nothing until it is asked.
   *
   * @param stores of the models that can be trained, the default one's first
   * @param isBusy tells quickly, on any thread, whether images are being made
   * @param announce told of each version that is published
   * @return the trainer; empty where there is no store
   */
  static Optional<TrainingClient> start(
      ActorSystem<?> system,
      Map<String, SnapshotStore> stores,
      Settings settings,
      BooleanSupplier isBusy,
      Consumer<SnapshotPublished> announce) {
    return settings
        .snapshots()
        .folder()
        .map(
            folder ->
                Trainer.create(
                    models(stores, folder, settings), options(settings), isBusy, announce))
        .map(trainer -> system.systemActorOf(trainer, "trainer", Props.empty()))
        .map(trainer -> new TrainingClient(trainer, system));
  }

  /**
   * Makes the node one that may be the trainer of its cluster.
   *
   * @param stores of the models that can be trained, the default one's first
   * @param isBusy tells quickly, on any thread, whether images are being made here
   * @param snapshots told of each version that is published
   */
  static void join(
      ActorSystem<?> system,
      Map<String, SnapshotStore> stores,
      Settings settings,
      BooleanSupplier isBusy,
      SharedSnapshots snapshots) {
    settings
        .snapshots()
        .folder()
        .map(
            folder ->
                Trainer.create(
                    models(stores, folder, settings),
                    options(settings),
                    isBusy,
                    snapshots::published))
        .ifPresent(trainer -> ClusterTrainer.start(system, trainer));
  }

  /** Returns the trainer of the cluster, wherever it is; empty where there is no store. */
  static Optional<TrainingClient> ofCluster(ActorSystem<?> system, Settings settings) {
    return settings
        .snapshots()
        .folder()
        .map(folder -> system.systemActorOf(TrainerStandIn.create(), "trainer", Props.empty()))
        .map(trainer -> new TrainingClient(trainer, system));
  }

  private static List<TrainableModel> models(
      Map<String, SnapshotStore> stores, Path folder, Settings settings) {
    Path data = settings.data().fashionMnist();
    return stores.entrySet().stream()
        .map(
            store ->
                new TrainableModel(
                    store.getKey(),
                    store.getValue(),
                    folder.resolve(RUNS).resolve(store.getKey()),
                    () -> Datasets.open(data, Split.TRAIN)))
        .toList();
  }

  private static TrainerOptions options(Settings settings) {
    TrainingSettings training = settings.training();
    return new TrainerOptions(
        training.threads(),
        training.share(),
        training.shareWhenBusy(),
        training.checkpointInterval(),
        training.restartBackoff().min(),
        training.restartBackoff().max(),
        RETRY);
  }
}
