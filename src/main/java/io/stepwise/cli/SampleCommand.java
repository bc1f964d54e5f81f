package io.stepwise.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.stepwise.image.FloatImage;
import io.stepwise.image.ImageGrid;
import io.stepwise.image.Png;
import io.stepwise.network.FolderModel;
import io.stepwise.network.TorchRuntime;
import io.stepwise.sampling.GeneratedImage;
import io.stepwise.sampling.GenerationEvent;
import io.stepwise.sampling.GenerationRequest;
import io.stepwise.sampling.GenerationResult;
import io.stepwise.sampling.SamplingOptions;
import io.stepwise.sampling.ServedModel;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Draws samples in this process, through the same actors as the service, and writes them. */
@Command(
    name = "sample",
    description = {
      "Draw samples and write them as PNGs, with all of them in grid.png.",
      "Several labels, solvers or numbers of steps are drawn together, in one mixed batch, and each",
      "combination gets a row of the grid."
    },
    sortOptions = false)
final class SampleCommand implements Callable<Integer> {

  private static final Duration LONGEST = Duration.ofHours(24);
  private static final int MAX_IMAGES = 10_000;
  private static final int GRID_SCALE = 2;
  private static final int DEFAULT_STEPS = 50;

  @Option(
      names = "--model",
      paramLabel = "M",
      description = "A shipped model or a diffusers folder (default: ${DEFAULT-VALUE}).",
      defaultValue = "fashion-mnist")
  String model = "";

  @Option(
      names = "--label",
      paramLabel = "L",
      split = ",",
      description = "Label, as \"sneaker\" or \"class:7\"; several by commas; none if left out.")
  List<String> labels = new ArrayList<>();

  @Option(
      names = "--n",
      paramLabel = "K",
      description = "Images of each row (default: ${DEFAULT-VALUE}).",
      defaultValue = "1")
  int n;

  @Option(
      names = "--steps",
      paramLabel = "N",
      split = ",",
      description = "Denoising steps; several by commas (default: " + DEFAULT_STEPS + ").")
  List<Integer> steps = new ArrayList<>();

  @Option(
      names = "--solver",
      paramLabel = "S",
      split = ",",
      completionCandidates = PlanCommand.SolverNames.class,
      description = "One of ${COMPLETION-CANDIDATES}; several by commas (default: the model's).")
  List<String> solvers = new ArrayList<>();

  @Option(
      names = "--guidance",
      paramLabel = "G",
      description = "Classifier-free guidance, 1 for none (default: 1).")
  @Nullable Double guidance;

  @Option(names = "--eta", paramLabel = "E", description = "With ddim: share of ancestral noise.")
  @Nullable Double eta;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "Seed of the noise; the same seed gives the same images (default: random).")
  @Nullable Long seed;

  @Option(names = "--out", paramLabel = "DIR", required = true, description = "Output folder.")
  Path out = Path.of("");

  @Option(
      names = "--batch-size",
      paramLabel = "B",
      description = "Most network rows in one step (default: ${DEFAULT-VALUE}).",
      defaultValue = "16")
  int batchSize;

  @Option(names = "--replicas", description = "default: ${DEFAULT-VALUE}", defaultValue = "1")
  int replicas;

  @Option(
      names = "--threads",
      description = "Native threads of each replica (default: ${DEFAULT-VALUE}).",
      defaultValue = "1")
  int threads;

  @Option(
      names = "--device",
      description = "cpu, cuda:N or auto (default: ${DEFAULT-VALUE}).",
      defaultValue = "cpu")
  String device = "";

  @Option(names = "--json", description = "Print what was written as JSON.")
  boolean json;

  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException {
    List<SampleRow> rows = SampleRow.all(labels, solvers, steps);
    SamplingOptions options = options(rows.size());
    FolderModel opened = ModelLibrary.open(model, device);
    TorchRuntime.prepareThread(threads);
    List<GenerationResult.Completed> results;
    try (SamplingSystem system =
        SamplingSystem.start(List.of(ServedModel.of(opened, replicas, threads)), options)) {
      results = draw(system, rows);
    }
    write(rows, results);
    return 0;
  }

  private List<GenerationResult.Completed> draw(SamplingSystem system, List<SampleRow> rows) {
    long chosen = seed == null ? ThreadLocalRandom.current().nextLong(1L << 53) : seed;
    List<CompletionStage<GenerationResult>> answers = new ArrayList<>();
    List<GenerationResult.Completed> results = new ArrayList<>();
    try (ProgressBar bar = Terminal.progressBar("sample", " steps", 1)) {
      for (int i = 0; i < rows.size(); i++) {
        answers.add(system.generate(request(i, rows.get(i), chosen), event -> show(event, bar)));
      }
      for (CompletionStage<GenerationResult> answer : answers) {
        results.add(completed(answer.toCompletableFuture().join()));
      }
    }
    return results;
  }

  private GenerationRequest request(int index, SampleRow row, long chosenSeed) {
    return GenerationRequest.builder("sample-" + index)
        .prompt(row.label())
        .n(n)
        .seed(chosenSeed)
        .steps(row.steps())
        .solver(row.solver())
        .guidance(guidance)
        .eta(eta)
        .build();
  }

  private static void show(GenerationEvent event, ProgressBar bar) {
    if (event instanceof GenerationEvent.Accepted accepted) {
      bar.maxHint(Math.max(0, bar.getMax()) + (long) accepted.images() * accepted.steps());
    } else if (event instanceof GenerationEvent.StepFinished) {
      bar.step();
    }
  }

  private static GenerationResult.Completed completed(GenerationResult result) {
    if (result instanceof GenerationResult.Completed completed) {
      if (completed.failures().isEmpty()) {
        return completed;
      }
      throw new IllegalStateException(
          "image "
              + completed.failures().get(0).index()
              + ": "
              + completed.failures().get(0).reason());
    }
    if (result instanceof GenerationResult.Invalid invalid) {
      String option = invalid.param().equals("prompt") ? "label" : invalid.param();
      throw new IllegalArgumentException(
          "--" + option + invalid.message().substring(invalid.param().length()));
    }
    if (result instanceof GenerationResult.Failed failed) {
      throw new IllegalStateException(failed.reason());
    }
    throw new IllegalStateException(result.toString());
  }

  private SamplingOptions options(int rows) {
    if (n < 1 || n > MAX_IMAGES) {
      throw new IllegalArgumentException("--n: " + n + " (expected: 1 to " + MAX_IMAGES + ")");
    }
    SamplingOptions.Requests requests =
        new SamplingOptions.Requests(n, MAX_IMAGES, DEFAULT_STEPS, LONGEST, LONGEST);
    SamplingOptions.Replicas replicaOptions =
        new SamplingOptions.Replicas(
            batchSize,
            2,
            4,
            Duration.ofMinutes(10),
            Duration.ofMillis(200),
            Duration.ofSeconds(5),
            0);
    return new SamplingOptions(requests, replicaOptions, "fifo", Math.multiplyExact(n, rows), 1);
  }

  private void write(List<SampleRow> rows, List<GenerationResult.Completed> results)
      throws IOException {
    Files.createDirectories(out);
    List<Map<String, Object>> written = new ArrayList<>();
    List<FloatImage> pictures = new ArrayList<>();
    List<String> stems = SampleRow.fileStems(rows);
    for (int i = 0; i < rows.size(); i++) {
      SampleRow row = rows.get(i);
      for (GeneratedImage image : results.get(i).images()) {
        Path file =
            out.resolve(String.format(Locale.ROOT, "%s-%04d.png", stems.get(i), image.index()));
        Files.write(file, image.png());
        pictures.add(Png.decode(image.png()));
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("file", file.toString());
        entry.put("label", row.label());
        entry.put("index", image.index());
        entry.put("seed", image.seed());
        written.add(entry);
      }
    }
    Path grid = out.resolve("grid.png");
    Files.write(grid, Png.encode(grid(rows).draw(pictures)));
    report(results, written, grid);
  }

  private ImageGrid grid(List<SampleRow> rows) {
    if (rows.size() > 1) {
      return ImageGrid.ofColumns(n).withScale(GRID_SCALE).withRowLabels(SampleRow.titles(rows));
    }
    int columns = (int) Math.ceil(Math.sqrt(n));
    return ImageGrid.ofColumns(columns).withScale(GRID_SCALE);
  }

  private void report(
      List<GenerationResult.Completed> results, List<Map<String, Object>> written, Path grid)
      throws JsonProcessingException {
    PrintWriter print = spec.commandLine().getOut();
    GenerationResult.Completed first = results.get(0);
    double seconds =
        results.stream().mapToDouble(r -> r.usage().ran().toNanos() / 1e9).max().orElse(0);
    long taken = results.stream().mapToLong(r -> r.usage().steps()).sum();
    if (json) {
      Map<String, Object> report = new LinkedHashMap<>();
      report.put("model", first.model());
      report.put("snapshot", first.snapshot());
      report.put("grid", grid.toString());
      report.put("seconds", seconds);
      report.put("image_steps", taken);
      report.put("images", written);
      print.println(
          JsonMapper.builder().build().writerWithDefaultPrettyPrinter().writeValueAsString(report));
    } else {
      print.printf(
          Locale.ROOT,
          "%d images in %.1f s, %.0f image-steps/s, seed %d: %s%n",
          written.size(),
          seconds,
          taken / Math.max(seconds, 1e-9),
          first.images().get(0).seed(),
          grid);
    }
    print.flush();
  }
}
