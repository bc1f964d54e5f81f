package io.stepwise.study;

import com.fasterxml.jackson.databind.JsonNode;
import io.stepwise.network.FolderModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.function.Consumer;

/**
 * Measures the experiments on a set of models and writes their pages. What was measured with the
 * same weights and settings before is read instead, so a study that was interrupted goes on.
 * Confined to one thread.
 */
public final class Study {

  /**
   * How much is measured.
   *
   * @param boundImages test images of the bound
   * @param grid most steps of the bound, a power of two
   * @param importanceSamples latents drawn for each image of a tighter bound, 2 or more
   * @param samples samples of each seed in distances
   * @param seeds seeds of distances
   * @param steps numbers of steps at which samples are compared
   * @param chains images that the thousand-step loop follows
   * @param loopSteps steps of that loop
   * @param recoveryImages test images that decoders are to find again
   */
  public record Scale(
      int boundImages,
      int grid,
      int importanceSamples,
      int samples,
      int seeds,
      List<Integer> steps,
      int chains,
      int loopSteps,
      int recoveryImages) {

    /** Copies the numbers of steps. */
    public Scale {
      steps = List.copyOf(steps);
    }
  }

  /** The most steps of the thousand-step loop: the timesteps of its noise schedule. */
  public static final int MOST_LOOP_STEPS = 1000;

  private static final String INDEX = "README";

  private final List<Experiment> experiments;
  private final StudyFolder folder;
  private final StudyMaterial material;
  private final Map<String, Object> common;

  /** Prepares a study that writes into a folder. */
  public Study(Path folder, StudyMaterial material, Scale scale) {
    this.experiments = experiments(scale);
    this.folder = new StudyFolder(folder);
    this.material = material;
    this.common =
        Map.of(
            "classifier", material.classifierDigest(),
            "training_images", material.training().digest(),
            "test_images", material.test().digest(),
            "seed", material.seed());
  }

  private static List<Experiment> experiments(Scale scale) {
    BoundMeasurement bound =
        new BoundMeasurement(scale.boundImages(), scale.grid(), scale.importanceSamples());
    SampleMeasurement samples = new SampleMeasurement(scale.samples(), scale.seeds());
    return List.of(
        new BitsExperiment(bound),
        new CrossoverExperiment(bound),
        new LatentSizeExperiment(bound, samples),
        new LoopExperiment(scale.loopSteps(), scale.chains(), scale.recoveryImages()),
        new StepsExperiment(samples, scale.steps()),
        new StyleNoiseExperiment(samples),
        new FamiliesExperiment(bound, samples, new SpeedMeasurement(System::nanoTime)));
  }

  /** Returns the names of all experiments. */
  public static List<String> names() {
    return experiments(new Scale(1, 1, 2, 1, 1, List.of(), 1, 1, 1)).stream()
        .map(Experiment::name)
        .toList();
  }

  /**
   * Measures and writes.
   *
   * @param models by the names that pages show
   * @param isWanted whether an experiment, by its name, is to have a model, by its name; what is
   *     not wanted is neither measured nor written
   * @param onMeasurement told the name of each measurement before it is made
   */
  public void run(
      Map<String, FolderModel> models,
      BiPredicate<String, String> isWanted,
      Consumer<String> onMeasurement)
      throws IOException {
    StudyIndex index = new StudyIndex();
    for (Experiment experiment : experiments) {
      Map<String, FolderModel> suiting = new LinkedHashMap<>(models);
      suiting
          .entrySet()
          .removeIf(
              model ->
                  !isWanted.test(experiment.name(), model.getKey())
                      || !experiment.suits(model.getValue()));
      if (!suiting.isEmpty()) {
        Map<String, JsonNode> results = results(experiment, suiting, onMeasurement);
        folder.page(
            experiment.name(),
            "# " + experiment.title() + "\n\n" + experiment.page(results, folder));
        index.add(experiment, experiment.claims(results));
      }
    }
    folder.page(INDEX, index.page(models));
  }

  private Map<String, JsonNode> results(
      Experiment experiment, Map<String, FolderModel> models, Consumer<String> onMeasurement)
      throws IOException {
    Map<String, JsonNode> results = new LinkedHashMap<>();
    for (Map.Entry<String, FolderModel> entry : models.entrySet()) {
      try (MeasuredModel model =
          new MeasuredModel(entry.getValue(), material, folder, common, onMeasurement)) {
        results.put(entry.getKey(), experiment.measure(model));
      }
    }
    return results;
  }
}
