package io.stepwise.training;

import io.stepwise.data.ImageDataset;
import io.stepwise.diffusion.SchedulerConfig;
import io.stepwise.family.Networks;
import io.stepwise.network.DiffusersFolder;
import io.stepwise.network.ImageShape;
import io.stepwise.network.ModelDescription;
import io.stepwise.network.NetworkClass;
import io.stepwise.network.NetworkWeights;
import io.stepwise.network.StepwiseFile;
import io.stepwise.snapshot.SnapshotContent;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a training has made so far, as a model folder or a version of a model. */
public final class TrainedModel {

  private TrainedModel() {}

  /**
   * Writes the averaged weights with their configs and a record of the training; files of a model
   * in the folder are replaced.
   *
   * @param run between two updates
   * @param dataset what it trains on
   */
  public static void write(TrainingRun run, ImageDataset dataset, Path folder) throws IOException {
    TrainingOptions options = run.options();
    Map<String, Object> training = new LinkedHashMap<>();
    if (options.startedFrom() != null) {
      training.put("started_from", options.startedFrom());
    }
    training.put("dataset_digest", run.datasetDigest());
    training.put("images", dataset.count());
    training.put("updates", run.step());
    training.put("epochs", (double) run.step() * options.batchSize() / dataset.count());
    run.best().ifPresent(best -> training.put("best_validation_loss", best.loss()));
    training.put("seconds", Math.round(run.seconds()));
    training.put("batch_size", options.batchSize());
    training.put("learning_rate", options.learningRate().peak());
    training.put("average_decay", options.averageDecay());
    training.put("label_dropout", options.labelDropout());
    training.put("seed", options.seed());
    Map<String, NetworkWeights> networks = new LinkedHashMap<>(run.averagedWeights());
    SchedulerConfig scheduler =
        options.family().scheduler(SchedulerConfig.parse(options.scheduler()), networks);
    networks.remove(Networks.ENDS);
    List<String> labels = labels(options, dataset);
    DiffusersFolder.write(
        folder,
        networks,
        scheduler,
        new StepwiseFile(
            options.family().family().fieldValue(), labels, !labels.isEmpty(), training));
  }

  /**
   * Describes the model that a training makes, whose weights are not known yet.
   *
   * @param name the name that requests shall use
   * @param dataset what it trains on
   */
  public static ModelDescription describe(String name, TrainingRun run, ImageDataset dataset) {
    TrainingOptions options = run.options();
    List<String> labels = labels(options, dataset);
    ImageShape image = new ImageShape(dataset.channels(), dataset.height(), dataset.width());
    Map<String, @Nullable Object> decoder =
        options
            .networks()
            .getOrDefault(
                Networks.AUTOENCODER,
                options.networks().getOrDefault(Networks.GENERATOR, Map.of()));
    return new ModelDescription(
        name,
        "",
        decoder.isEmpty() ? image : NetworkClass.latentShape(decoder),
        image,
        labels,
        !labels.isEmpty(),
        SchedulerConfig.parse(options.scheduler()));
  }

  /** Returns the labels that the model knows: none where no network is told any. */
  private static List<String> labels(TrainingOptions options, ImageDataset dataset) {
    return options.networks().containsKey(Networks.UNET) ? dataset.labelNames() : List.of();
  }

  /**
   * Returns what a store is to write as a version: the model, and a checkpoint from which the
   * training can be gone on with.
   *
   * @param run between two updates, and not to be used by others until the version is written
   * @param dataset what it trains on
   * @param metrics what was measured of the weights
   */
  public static SnapshotContent version(
      TrainingRun run, ImageDataset dataset, Map<String, Double> metrics) {
    return new SnapshotContent(
        run.step(),
        metrics,
        folder -> write(run, dataset, folder),
        folder -> run.checkpoint().write(folder));
  }
}
