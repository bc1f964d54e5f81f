package io.stepwise.study;

import com.fasterxml.jackson.databind.JsonNode;
import io.stepwise.network.FolderModel;
import io.stepwise.network.StepKernel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
   * @param samples samples of each seed in distances
   * @param seeds seeds of distances
   * @param chains images that the thousand-step loop follows
   * @param loopSteps steps of that loop
   * @param recoveryImages test images that decoders are to find again
   */
  public record Scale(
      int boundImages,
      int grid,
      int samples,
      int seeds,
      int chains,
      int loopSteps,
      int recoveryImages) {}

  /** The most steps of the thousand-step loop: the timesteps of its noise schedule. */
  public static final int MOST_LOOP_STEPS = 1000;

  private static final List<Integer> STEPS = List.of(1, 2, 5, 10, 20, 50);
  private static final List<String> SOLVERS =
      List.of("ddpm", "ddim", "dpmpp", "unipc", "heun", "renoising", "flow-euler", "flow-heun");

  private final List<Experiment> experiments;
  private final StudyFolder folder;
  private final StudyMaterial material;
  private final String trainingDigest;
  private final String testDigest;

  /** Prepares a study that writes into a folder. */
  public Study(Path folder, StudyMaterial material, Scale scale) {
    this.experiments = experiments(scale);
    this.folder = new StudyFolder(folder);
    this.material = material;
    this.trainingDigest = material.training().digest();
    this.testDigest = material.test().digest();
  }

  private static List<Experiment> experiments(Scale scale) {
    return List.of(
        new BitsExperiment(scale.boundImages(), scale.grid()),
        new LoopExperiment(scale.loopSteps(), scale.chains(), scale.recoveryImages()),
        new StepsExperiment(scale.samples(), scale.seeds(), STEPS, SOLVERS));
  }

  /** Returns the names of all experiments. */
  public static List<String> names() {
    return experiments(new Scale(1, 1, 1, 1, 1, 1, 1)).stream().map(Experiment::name).toList();
  }

  /**
   * Measures and writes.
   *
   * @param models by the names that pages show
   * @param only names of experiments; the others are neither measured nor written
   * @param onMeasurement told the name of each measurement before it is made
   */
  public void run(
      Map<String, FolderModel> models, List<String> only, Consumer<String> onMeasurement)
      throws IOException {
    for (Experiment experiment : experiments) {
      if (only.contains(experiment.name())) {
        Map<String, JsonNode> results = results(experiment, models, onMeasurement);
        if (!results.isEmpty()) {
          folder.page(
              experiment.name(),
              "# " + experiment.title() + "\n\n" + experiment.page(results, folder));
        }
      }
    }
  }

  private Map<String, JsonNode> results(
      Experiment experiment, Map<String, FolderModel> models, Consumer<String> onMeasurement)
      throws IOException {
    Map<String, JsonNode> results = new LinkedHashMap<>();
    for (Map.Entry<String, FolderModel> entry : models.entrySet()) {
      FolderModel model = entry.getValue();
      if (experiment.suits(model)) {
        String name = experiment.name() + "-" + entry.getKey();
        Map<String, Object> key = key(experiment, model);
        Optional<JsonNode> known = folder.result(name, key);
        if (known.isPresent()) {
          results.put(entry.getKey(), known.get());
        } else {
          onMeasurement.accept(name);
          try (StepKernel kernel = model.openKernel(material.threads())) {
            Map<String, Object> figures = experiment.measure(model, kernel, material);
            results.put(entry.getKey(), folder.write(name, key, figures));
          }
        }
      }
    }
    return results;
  }

  private Map<String, Object> key(Experiment experiment, FolderModel model) {
    Map<String, Object> key = new LinkedHashMap<>(experiment.settings());
    key.put("snapshot", model.description().digest());
    key.put("scheduler", model.description().scheduler().fields());
    key.put("classifier", material.classifierDigest());
    key.put("training_images", trainingDigest);
    key.put("test_images", testDigest);
    key.put("seed", material.seed());
    return key;
  }
}
