package io.stepwise.study;

import com.fasterxml.jackson.databind.JsonNode;
import io.stepwise.diffusion.Denoiser;
import io.stepwise.diffusion.NoiseSchedule;
import io.stepwise.diffusion.SchedulerConfig;
import io.stepwise.diffusion.StepPlan;
import io.stepwise.family.Family;
import io.stepwise.image.FloatImage;
import io.stepwise.image.ImageGrid;
import io.stepwise.image.Png;
import io.stepwise.network.FolderModel;
import io.stepwise.network.ImageShape;
import io.stepwise.network.ModelDescription;
import io.stepwise.network.StepKernel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The 1000-step VAE: what happens when a decoder is run again and again on its own noised images,
 * with ancestral sampling and the probability-flow ODE as controls where the model has them.
 *
 * @param steps decodings of a chain, at levels of the cosine schedule
 * @param chains how many images are followed
 * @param images test images of the recovery curve
 */
record LoopExperiment(int steps, int chains, int images) implements Experiment {

  private static final NoiseSchedule LEVELS = NoiseSchedule.cosine(Study.MOST_LOOP_STEPS);
  private static final int RECOVERY_POINTS = 25;
  private static final int FILM_IMAGES = 4;
  private static final int FILM_FRAMES = 16;
  private static final int FILM_SCALE = 2;
  private static final String LOOP = "loop";
  private static final List<String> CONTROLS = List.of("ddpm", "ddim");

  @Override
  public String name() {
    return "thousand-step-vae";
  }

  @Override
  public String title() {
    return "A VAE that is run a thousand times";
  }

  @Override
  public boolean suits(FolderModel model) {
    ModelDescription description = model.description();
    return description.shape().equals(description.imageShape())
        && description.scheduler().hasNoiseLevels()
        && (description.scheduler().trainTimesteps() == 1
            || !Family.canEncode(model.stepwise().family()));
  }

  @Override
  public JsonNode measure(MeasuredModel model) throws IOException {
    return model.measured(
        name(), settings(), kernel -> figures(model.description(), kernel, model.material()));
  }

  private Map<String, Object> settings() {
    return Map.of("steps", steps, "chains", chains, "images", images);
  }

  private Map<String, Object> figures(
      ModelDescription description, StepKernel kernel, StudyMaterial material) {
    Denoiser decoder = description.scheduler().denoiser();
    double independent = material.independentDifference(images);
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("recovery", recovery(description, kernel, decoder, independent, material));
    Map<String, Object> samplers = new LinkedHashMap<>();
    samplers.put(
        LOOP,
        chain(description, kernel, RenoisingLoop.plan(decoder, gammas()), independent, material));
    for (String control : CONTROLS) {
      if (hasSolver(description.scheduler(), control)) {
        StepPlan plan = description.scheduler().withSolver(control).plan(steps, null);
        samplers.put(control, chain(description, kernel, plan, independent, material));
      }
    }
    figures.put("samplers", samplers);
    return figures;
  }

  private double[] gammas() {
    int last = LEVELS.trainTimesteps() - 1;
    return IntStream.range(0, steps)
        .mapToDouble(i -> LEVELS.gamma(last - (double) i * last / Math.max(1, steps - 1)))
        .toArray();
  }

  private boolean hasSolver(SchedulerConfig scheduler, String solver) {
    return scheduler.hasSolver(solver) && scheduler.trainTimesteps() >= steps;
  }

  private List<Object> recovery(
      ModelDescription model,
      StepKernel kernel,
      Denoiser decoder,
      double independent,
      StudyMaterial material) {
    double[] gammas =
        IntStream.range(0, RECOVERY_POINTS)
            .mapToDouble(i -> LEVELS.gamma((LEVELS.trainTimesteps() - 1.0) * i / RECOVERY_POINTS))
            .toArray();
    RecoveryCurve curve =
        new RecoveryCurve(
            material.testImages(images),
            material.testClasses(images, model),
            material.seed(),
            material.batchSize());
    List<Object> points = new ArrayList<>();
    for (RecoveryCurve.Point point : curve.measure(kernel, decoder, independent, gammas)) {
      material.onEvaluations().accept(images);
      points.add(
          Map.of(
              "log_snr", -point.gamma(),
              "error", point.error(),
              "retrieval", point.retrieval()));
    }
    return points;
  }

  private Map<String, Object> chain(
      ModelDescription model,
      StepKernel kernel,
      StepPlan plan,
      double independent,
      StudyMaterial material) {
    ChainMeasurement measurement =
        new ChainMeasurement(
            estimates -> material.classifier().read(estimates).labels(),
            independent,
            plan.steps(),
            FILM_IMAGES,
            FILM_FRAMES);
    long[] labels =
        IntStream.range(0, chains).mapToLong(i -> i % Math.max(1, model.labels().size())).toArray();
    SamplingChain chain =
        new SamplingChain(
            kernel, plan, model.shape(), labels, material.seed(), material.batchSize());
    List<float[]> samples =
        chain.run(
            (step, estimates) -> {
              measurement.onEstimates(step, estimates);
              material.onEvaluations().accept(estimates.size());
            });
    return figures(measurement.report(quality(samples, material)), model.imageShape());
  }

  private static SampleQuality quality(List<float[]> samples, StudyMaterial material) {
    double[][] real = material.classifier().read(material.testImages(samples.size())).features();
    double scale = 1 / Features.rootMeanSquare(real);
    return SampleQuality.of(
        Features.scaled(material.classifier().read(samples).features(), scale),
        Features.scaled(real, scale),
        material.seed());
  }

  private static Map<String, Object> figures(ChainReport report, ImageShape shape) {
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("label_switches_per_100_steps", report.switchesPerHundredSteps());
    figures.put("classifier_frechet_distance", report.quality().frechet());
    figures.put("recall", report.quality().recall());
    figures.put(
        "displacement", report.steps().stream().map(ChainReport.Step::displacement).toList());
    figures.put("same_label", report.steps().stream().map(ChainReport.Step::sameLabel).toList());
    figures.put("end_label", report.steps().stream().map(ChainReport.Step::endLabel).toList());
    figures.put("film", Base64.getEncoder().encodeToString(film(report, shape)));
    return figures;
  }

  /** Returns a row an image, the noisiest estimate first. */
  private static byte[] film(ChainReport report, ImageShape shape) {
    List<FloatImage> frames =
        report.film().stream()
            .flatMap(List::stream)
            .map(pixels -> new FloatImage(shape.channels(), shape.height(), shape.width(), pixels))
            .toList();
    int columns = report.film().get(0).size();
    return Png.encode(ImageGrid.ofColumns(columns).withScale(FILM_SCALE).draw(frames));
  }

  @Override
  public List<Claim> claims(Map<String, JsonNode> results) {
    return LoopClaims.of(results);
  }

  @Override
  public String page(Map<String, JsonNode> results, StudyFolder folder) throws IOException {
    return LoopPage.of(results, folder, settings());
  }
}
