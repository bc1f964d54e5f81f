package io.stepwise.study;

import com.fasterxml.jackson.databind.JsonNode;
import io.stepwise.diffusion.Denoiser;
import io.stepwise.diffusion.LikelihoodGrid;
import io.stepwise.diffusion.SchedulerConfig;
import io.stepwise.family.Family;
import io.stepwise.family.Networks;
import io.stepwise.network.AutoencoderPass;
import io.stepwise.network.DiffusersModel;
import io.stepwise.network.FolderModel;
import io.stepwise.network.ModelDescription;
import io.stepwise.network.OnePassModel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The bound of any model that has one, on the same test images, in bits/dim. Networks with labels
 * are told them.
 *
 * @param images test images, and as many training images
 * @param grid most steps of a model of noise levels without an encoder, a power of two
 * @param importanceSamples draws for each image of a tighter bound, for models of latents
 */
record BoundMeasurement(int images, int grid, int importanceSamples) {

  private static final String NAME = "bound";
  private static final String IMAGES = "images";

  /** Returns the bound for every number of steps up to the grid's, if the model has one. */
  static boolean hasGrid(FolderModel model) {
    ModelDescription description = model.description();
    SchedulerConfig scheduler = description.scheduler();
    if (!description.shape().equals(description.imageShape())
        || scheduler.isConsistencyModel()
        || !scheduler.hasNoiseLevels()) {
      return false;
    }
    Denoiser denoiser = scheduler.denoiser();
    return denoiser.leastGamma() < denoiser.mostGamma() && Double.isFinite(denoiser.mostGamma());
  }

  /** Returns whether it is a model of a family with an encoder, whether it has one or not. */
  static boolean hasEncodedNoise(FolderModel model) {
    return model instanceof DiffusersModel && Family.canEncode(model.stepwise().family());
  }

  /** Returns whether images are encoded by a network. */
  static boolean hasEncoder(FolderModel model) {
    return model.configs().containsKey(Networks.ENCODER);
  }

  /** Returns whether it is an autoencoder with a bottleneck. */
  static boolean isAutoencoder(FolderModel model) {
    return model instanceof OnePassModel onePass && onePass.isAutoencoder();
  }

  /**
   * Returns the bound; nothing if the model has none. All have {@code bits}, {@code bits_error} and
   * {@code steps}, that of a grid at its most steps.
   */
  Optional<JsonNode> of(MeasuredModel measured) throws IOException {
    FolderModel model = measured.model();
    if (hasEncodedNoise(model) && model instanceof DiffusersModel diffusers) {
      return Optional.of(encoded(measured, diffusers));
    }
    if (model instanceof OnePassModel onePass && onePass.isAutoencoder()) {
      return Optional.of(autoencoder(measured, onePass));
    }
    return hasGrid(model) ? Optional.of(grid(measured)) : Optional.empty();
  }

  /** Returns the bound for every number of steps, see {@link #hasGrid}. */
  JsonNode grid(MeasuredModel measured) throws IOException {
    StudyMaterial material = measured.material();
    return measured.measured(
        NAME,
        Map.of(IMAGES, images, "grid", grid),
        kernel -> {
          ModelDescription description = measured.description();
          GridPass pass =
              new GridPass(
                  description,
                  LikelihoodGrid.ofLogSnr(description.scheduler().denoiser(), grid),
                  images,
                  true,
                  material.seed(),
                  material.batchSize());
          return figures(
              LikelihoodBound.measure(
                  kernel, pass, material.training(), material.test(), material.onEvaluations()));
        });
  }

  private static Map<String, Object> figures(BoundReport report) {
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("prior", report.prior().mean());
    figures.put("reconstruction", report.reconstruction().mean());
    figures.put("rises", report.violations().size());
    List<Object> rows = new ArrayList<>();
    for (BoundReport.Row row : report.rows()) {
      Map<String, Object> values = new LinkedHashMap<>();
      values.put("steps", row.steps());
      put(values, "fixed", row.fixedSmall());
      put(values, "fitted", row.fitted());
      if (!Double.isNaN(row.learned().mean())) {
        put(values, "learned", row.learned());
      }
      rows.add(values);
    }
    figures.put("rows", rows);
    BoundReport.Row most = report.rows().get(report.rows().size() - 1);
    put(figures, "bits", most.fitted());
    figures.put("steps", most.steps());
    return figures;
  }

  private JsonNode encoded(MeasuredModel measured, DiffusersModel model) throws IOException {
    StudyMaterial material = measured.material();
    SchedulerConfig scheduler = model.description().scheduler();
    boolean isDrawnTogether = !scheduler.hasNoiseLevels() || scheduler.trainTimesteps() == 1;
    int draws = hasEncoder(model) && isDrawnTogether ? importanceSamples : 0;
    return measured.measured(
        NAME,
        Map.of(IMAGES, images, "importance_samples", draws),
        kernel -> {
          EncodedReport report =
              EncodedBound.measure(
                  model,
                  kernel,
                  new EncodedBound.Options(
                      images, draws, true, material.seed(), material.batchSize()),
                  material.training(),
                  material.test(),
                  material.threads(),
                  material.onEvaluations());
          return figures(report, scheduler);
        });
  }

  private static Map<String, Object> figures(EncodedReport report, SchedulerConfig scheduler) {
    Map<String, Object> figures = new LinkedHashMap<>();
    put(figures, "bits", report.total());
    figures.put("steps", scheduler.trainTimesteps());
    put(figures, "prior", report.prior());
    figures.put("by_step", report.steps().stream().map(Spread::mean).toList());
    figures.put("diffusion", report.steps().stream().mapToDouble(Spread::mean).sum());
    put(figures, "reconstruction", report.reconstruction());
    figures.put("deviation", report.deviation());
    figures.put("latents", report.latents());
    figures.put("active_latents", report.activeLatents());
    figures.put("retrieval", report.retrieval());
    putImportance(figures, report.importance(), report.importanceSamples());
    figures.put("totals", report.totals());
    return figures;
  }

  private JsonNode autoencoder(MeasuredModel measured, OnePassModel model) throws IOException {
    StudyMaterial material = measured.material();
    AutoencoderBound bound =
        new AutoencoderBound(
            model.description().shape().size(),
            images,
            Math.max(1, importanceSamples),
            material.seed(),
            material.batchSize());
    return measured.measured(
        NAME,
        Map.of(IMAGES, images, "importance_samples", bound.samples()),
        kernel -> {
          try (AutoencoderPass pass = model.openAutoencoder(material.threads())) {
            return figures(
                bound.measure(
                    pass::run, material.training(), material.test(), material.onEvaluations()));
          }
        });
  }

  private static Map<String, Object> figures(AutoencoderReport report) {
    Map<String, Object> figures = new LinkedHashMap<>();
    put(figures, "bits", report.total());
    figures.put("steps", 1);
    put(figures, "prior", report.divergence());
    figures.put("diffusion", 0.0);
    put(figures, "reconstruction", report.reconstruction());
    figures.put("latents", report.latents());
    figures.put("active_latents", report.activeLatents());
    putImportance(figures, report.weighted(), report.samples());
    return figures;
  }

  private static void putImportance(Map<String, Object> figures, Spread spread, int samples) {
    if (samples > 1) {
      put(figures, "importance", spread);
      figures.put("importance_samples", samples);
    }
  }

  private static void put(Map<String, Object> figures, String name, Spread spread) {
    figures.put(name, spread.mean());
    figures.put(name + "_error", spread.error());
  }
}
