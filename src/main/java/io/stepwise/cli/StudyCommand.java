package io.stepwise.cli;

import io.stepwise.data.Datasets;
import io.stepwise.data.ImageDataset;
import io.stepwise.data.ImageForm;
import io.stepwise.data.Split;
import io.stepwise.network.FolderModel;
import io.stepwise.network.ModelDescription;
import io.stepwise.settings.Settings;
import io.stepwise.study.Classifier;
import io.stepwise.study.SampleQuality;
import io.stepwise.study.Study;
import io.stepwise.study.StudyMaterial;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures experiments on several models and writes pages about them. */
@Command(
    name = "study",
    description = {
      "Lay models beside one another in experiments, and write pages with figures about them.",
      "What was measured before with the same weights and settings is not measured again, so an",
      "interrupted study goes on when it is started again."
    },
    sortOptions = false)
final class StudyCommand implements Callable<Integer> {

  @Option(
      names = "--model",
      split = ",",
      paramLabel = "M",
      description = "Shipped models or model folders (default: ${DEFAULT-VALUE}).",
      defaultValue = "fashion-mnist")
  List<String> models = List.of();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Folder of the pages (default: ${DEFAULT-VALUE}).",
      defaultValue = "docs/study")
  Path out = Path.of("");

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "NAME",
      completionCandidates = Names.class,
      description = "Of ${COMPLETION-CANDIDATES} (default: all).")
  @Nullable List<String> only;

  @Option(
      names = "--skip",
      split = ",",
      paramLabel = "NAME:M",
      description =
          "Experiments that are to leave a model out, because it would take too long: steps:vae.")
  List<String> skip = List.of();

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "As with evaluate (default: the setting data.fashion-mnist).")
  @Nullable Path data;

  @Option(
      names = "--images",
      paramLabel = "K",
      description = "Bounds: test images, and as many training images (default: ${DEFAULT-VALUE}).",
      defaultValue = "32")
  int images;

  @Option(
      names = "--grid",
      paramLabel = "N",
      description = "Bounds: most steps, a power of two (default: ${DEFAULT-VALUE}).",
      defaultValue = "1024")
  int grid;

  @Option(
      names = "--importance-samples",
      paramLabel = "K",
      description =
          "Bounds: draws for each image of a tighter one, with latents (default:"
              + " ${DEFAULT-VALUE}).",
      defaultValue = "64")
  int importanceSamples;

  @Option(
      names = "--n",
      paramLabel = "K",
      description = "Distances: samples of each seed (default: ${DEFAULT-VALUE}).",
      defaultValue = "500")
  int n;

  @Option(
      names = "--seeds",
      paramLabel = "K",
      description = "Distances: how often samples are drawn anew (default: ${DEFAULT-VALUE}).",
      defaultValue = "2")
  int seeds;

  @Option(
      names = "--steps",
      split = ",",
      paramLabel = "N",
      description =
          "steps: numbers of steps, more than 100 by ddpm alone (default: ${DEFAULT-VALUE}).",
      defaultValue = "1,2,5,10,20,50")
  List<Integer> steps = List.of();

  @Option(
      names = "--chains",
      paramLabel = "K",
      description = "thousand-step-vae: images that are followed (default: ${DEFAULT-VALUE}).",
      defaultValue = "256")
  int chains;

  @Option(
      names = "--loop-steps",
      paramLabel = "N",
      description = "thousand-step-vae: decodings of each image (default: ${DEFAULT-VALUE}).",
      defaultValue = "1000")
  int loopSteps;

  @Option(
      names = "--recovery-images",
      paramLabel = "K",
      description = "thousand-step-vae: images to find again (default: ${DEFAULT-VALUE}).",
      defaultValue = "1000")
  int recoveryImages;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "First seed of images and noise (default: ${DEFAULT-VALUE}).",
      defaultValue = "0")
  long seed;

  @Option(
      names = "--classifier",
      paramLabel = "FILE",
      description = "Weights of the fixed classifier (default: the shipped one's).")
  @Nullable Path classifier;

  @Option(
      names = "--batch-size",
      paramLabel = "B",
      description = "Images of one network call (default: ${DEFAULT-VALUE}).",
      defaultValue = "16")
  int batchSize;

  @Option(
      names = "--threads",
      description = "Native threads (default: ${DEFAULT-VALUE}).",
      defaultValue = "1")
  int threads;

  @Spec CommandSpec spec = CommandSpec.create();

  /** The experiments that there are. */
  static final class Names implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Study.names().iterator();
    }
  }

  @Override
  public Integer call() throws IOException {
    List<String> experiments = check();
    Map<String, FolderModel> opened = new LinkedHashMap<>();
    for (String model : models) {
      FolderModel folder = ModelLibrary.open(model, "cpu");
      if (opened.put(folder.description().name(), folder) != null) {
        throw new IllegalArgumentException(
            "--model: %s twice (expected: a name for each)".formatted(folder.description().name()));
      }
    }
    for (String pair : skip) {
      requirePair(pair, opened.keySet());
    }
    ModelDescription first = opened.values().iterator().next().description();
    ImageForm form = EvaluateCommand.form(first.imageShape());
    Path folder = Optional.ofNullable(data).orElseGet(StudyCommand::fashionMnist);
    ImageDataset training = Datasets.open(folder, Split.TRAIN, form);
    ImageDataset test = Datasets.open(folder, Split.TEST, form);
    for (FolderModel model : opened.values()) {
      EvaluateCommand.requireFit(model.description(), test);
    }
    for (Map.Entry<String, Integer> count : counts().entrySet()) {
      EvaluateCommand.requireImages(count.getKey(), count.getValue(), training, test);
    }
    FixedClassifier fixed = FixedClassifier.read(classifier, test);
    Study.Scale scale =
        new Study.Scale(
            images, grid, importanceSamples, n, seeds, steps, chains, loopSteps, recoveryImages);
    PrintWriter log = spec.commandLine().getErr();
    try (Classifier network = fixed.open(threads);
        ProgressBar bar = Terminal.progressBar("study", " evaluations", 1)) {
      StudyMaterial material =
          new StudyMaterial(
              training, test, network, fixed.digest(), seed, batchSize, threads, bar::stepBy);
      new Study(out, material, scale)
          .run(
              opened,
              (experiment, model) ->
                  experiments.contains(experiment) && !skip.contains(pair(experiment, model)),
              name -> {
                log.println("measuring " + name);
                log.flush();
              });
    }
    spec.commandLine().getOut().println(out);
    spec.commandLine().getOut().flush();
    return 0;
  }

  private static String pair(String experiment, String model) {
    return experiment + ":" + model;
  }

  private static void requirePair(String pair, Set<String> models) {
    boolean isKnown =
        Study.names().stream()
            .flatMap(experiment -> models.stream().map(model -> pair(experiment, model)))
            .anyMatch(pair::equals);
    if (!isKnown) {
      throw new IllegalArgumentException(
          "--skip: %s (expected: an experiment and the name of one of these models: steps:%s)"
              .formatted(pair, models.iterator().next()));
    }
  }

  private Map<String, Integer> counts() {
    Map<String, Integer> counts = new LinkedHashMap<>();
    counts.put("--images", images);
    counts.put("--n", n);
    counts.put("--chains", chains);
    counts.put("--recovery-images", recoveryImages);
    return counts;
  }

  /** Checks what needs no model and returns the experiments. */
  private List<String> check() {
    TrainCommand.requireAtLeastOne("--threads", threads);
    TrainCommand.requireAtLeastOne("--batch-size", batchSize);
    TrainCommand.requireAtLeastOne("--seeds", seeds);
    TrainCommand.requireAtLeast("--images", images, 2);
    BoundArguments.requireGrid(grid);
    TrainCommand.requireAtLeast("--importance-samples", importanceSamples, 2);
    for (int count : steps) {
      TrainCommand.requireAtLeastOne("--steps", count);
    }
    TrainCommand.requireAtLeast("--n", n, SampleQuality.LEAST_IMAGES);
    TrainCommand.requireAtLeast("--chains", chains, SampleQuality.LEAST_IMAGES);
    TrainCommand.requireAtLeast("--recovery-images", recoveryImages, 2);
    TrainCommand.requireAtLeast("--loop-steps", loopSteps, 2);
    if (loopSteps > Study.MOST_LOOP_STEPS) {
      throw new IllegalArgumentException(
          "--loop-steps: %d (expected: <= %d)".formatted(loopSteps, Study.MOST_LOOP_STEPS));
    }
    List<String> known = Study.names();
    List<String> wanted = only == null ? known : only;
    for (String name : wanted) {
      if (!known.contains(name)) {
        throw new IllegalArgumentException(
            "--only: %s (expected: of %s)".formatted(name, String.join(", ", known)));
      }
    }
    return wanted;
  }

  private static Path fashionMnist() {
    return Settings.load(Optional.empty()).data().fashionMnist();
  }
}
