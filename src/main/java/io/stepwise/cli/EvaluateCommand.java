package io.stepwise.cli;

import io.stepwise.data.Datasets;
import io.stepwise.data.ImageDataset;
import io.stepwise.data.ImageForm;
import io.stepwise.data.Split;
import io.stepwise.diffusion.StepPlan;
import io.stepwise.network.AutoencoderPass;
import io.stepwise.network.FolderModel;
import io.stepwise.network.ImageShape;
import io.stepwise.network.ModelDescription;
import io.stepwise.network.OnePassModel;
import io.stepwise.network.StepKernel;
import io.stepwise.settings.Settings;
import io.stepwise.study.AutoencoderBound;
import io.stepwise.study.AutoencoderReport;
import io.stepwise.study.BoundReport;
import io.stepwise.study.Classifier;
import io.stepwise.study.GridPass;
import io.stepwise.study.LikelihoodBound;
import io.stepwise.study.SampleEvaluation;
import io.stepwise.study.SampleQuality;
import io.stepwise.study.SampleReference;
import io.stepwise.study.SampleReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures how good a model is: a bound in bits/dim, and its samples against real images. */
@Command(
    name = "evaluate",
    description = {
      "Measure how good a model is.",
      "  bound    on the likelihood of test images, in bits/dim, for 1, 2, 4 ... steps",
      "  samples  against test images, in the features of a fixed classifier",
      "Figures have standard errors over images or seeds. A floor is what training images reach",
      "in place of samples."
    },
    sortOptions = false)
final class EvaluateCommand implements Callable<Integer> {

  @Option(
      names = "--model",
      paramLabel = "M",
      description = "A shipped model or a model folder (default: ${DEFAULT-VALUE}).",
      defaultValue = "fashion-mnist")
  String model = "";

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "Fashion-MNIST's four files, or images in folders (default: the setting"
              + " data.fashion-mnist).")
  @Nullable Path data;

  @Mixin final BoundArguments bound = new BoundArguments();

  @Mixin final QualityArguments quality = new QualityArguments();

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "First seed of images and noise (default: ${DEFAULT-VALUE}).",
      defaultValue = "0")
  long seed;

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

  @Option(
      names = "--device",
      description = "cpu, cuda:N or auto (default: ${DEFAULT-VALUE}).",
      defaultValue = "cpu")
  String device = "";

  @Option(names = "--json", paramLabel = "FILE", description = "Write every figure to a file.")
  @Nullable Path json;

  @Option(
      names = "--train-classifier",
      paramLabel = "FILE",
      description =
          "Train a classifier for images of --model's shape, write its weights, and measure"
              + " nothing.")
  @Nullable Path trainClassifier;

  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException {
    TrainCommand.requireAtLeastOne("--threads", threads);
    TrainCommand.requireAtLeastOne("--batch-size", batchSize);
    bound.check();
    quality.check();
    if (json != null) {
      OutputFile.requireWritable("--json", json);
    }
    if (trainClassifier != null) {
      OutputFile.requireWritable("--train-classifier", trainClassifier);
    }
    FolderModel opened = ModelLibrary.open(model, device);
    ModelDescription description = opened.description();
    ImageForm form = form(description.imageShape());
    if (trainClassifier != null) {
      trainClassifier(trainClassifier, form);
      return 0;
    }
    Optional<OnePassModel> onePass =
        opened instanceof OnePassModel autoencoder ? Optional.of(autoencoder) : Optional.empty();
    Optional<AutoencoderBound> latents =
        onePass.flatMap(autoencoder -> bound.autoencoder(autoencoder, seed, batchSize));
    Optional<EncodedEvaluation> encoded = EncodedEvaluation.of(opened, bound, seed, batchSize);
    Optional<GridPass> pass =
        onePass.isPresent() || encoded.isPresent()
            ? Optional.empty()
            : bound.pass(description, seed, batchSize);
    Optional<StepPlan> plan = quality.plan(description);
    ImageDataset training = Datasets.open(folder(), Split.TRAIN, form);
    ImageDataset test = Datasets.open(folder(), Split.TEST, form);
    requireFit(description, test);
    requireImages("--images", bound.images, training, test);
    EvaluationReport report = new EvaluationReport(description);
    Optional<FixedClassifier> classifier = Optional.empty();
    if (plan.isPresent()) {
      requireImages("--n", quality.n, training, test);
      classifier = Optional.of(FixedClassifier.read(quality.classifier, test));
    }
    if (onePass.isPresent() && latents.isPresent()) {
      report.setAutoencoder(bound(onePass.get(), latents.get(), training, test));
    }
    try (StepKernel kernel = opened.openKernel(threads)) {
      pass.ifPresent(p -> report.setBound(bound(kernel, p, training, test)));
      encoded.ifPresent(e -> report.setEncoded(e.measure(kernel, training, test, threads)));
      if (plan.isPresent() && classifier.isPresent()) {
        SampleReport samples =
            samples(kernel, description, plan.get(), classifier.get(), training, test);
        report.setSamples(samples, quality, classifier.get().digest());
      }
    }
    report.print(spec.commandLine().getOut());
    if (json != null) {
      OutputFile.write("--json", json, ModelFacts.json(report.json()) + System.lineSeparator());
    }
    return 0;
  }

  private static BoundReport bound(
      StepKernel kernel, GridPass pass, ImageDataset training, ImageDataset test) {
    try (ProgressBar bar = Terminal.progressBar("bound", " evaluations", 1)) {
      bar.maxHint(2 * pass.evaluations());
      return LikelihoodBound.measure(kernel, pass, training, test, bar::stepBy);
    }
  }

  private AutoencoderReport bound(
      OnePassModel model, AutoencoderBound measure, ImageDataset training, ImageDataset test) {
    try (ProgressBar bar = Terminal.progressBar("bound", " images", 1);
        AutoencoderPass autoencoder = model.openAutoencoder(threads)) {
      bar.maxHint((long) measure.images() * (1 + measure.samples()));
      return measure.measure(autoencoder::run, training, test, bar::stepBy);
    }
  }

  private SampleReport samples(
      StepKernel kernel,
      ModelDescription description,
      StepPlan plan,
      FixedClassifier fixed,
      ImageDataset training,
      ImageDataset test) {
    SampleEvaluation.Options options =
        new SampleEvaluation.Options(plan, quality.guidance, batchSize);
    SampleReference.Size size = new SampleReference.Size(quality.n, quality.seeds, seed);
    try (ProgressBar bar = Terminal.progressBar("samples", " images", 1);
        Classifier classifier = fixed.open(threads)) {
      bar.maxHint((long) quality.n * quality.seeds);
      SampleReference reference = new SampleReference(training, test, classifier, size, threads);
      return new SampleEvaluation(description, reference, options).run(kernel, bar::stepBy);
    }
  }

  private void trainClassifier(Path file, ImageForm form) throws IOException {
    ImageDataset training = Datasets.open(folder(), Split.TRAIN, form);
    ImageDataset test = Datasets.open(folder(), Split.TEST, form);
    FixedClassifier.train(training, test, threads, file, spec);
  }

  private Path folder() {
    return data == null ? Settings.load(Optional.empty()).data().fashionMnist() : data;
  }

  /** Returns the form in which images of a shape are read. */
  static ImageForm form(ImageShape shape) {
    return shape.height() == shape.width()
        ? ImageForm.square(shape.channels(), shape.height())
        : ImageForm.asFound(shape.channels());
  }

  /** Throws unless a data set has the images and labels of a model. */
  static void requireFit(ModelDescription description, ImageDataset dataset) {
    ImageShape shape = description.imageShape();
    ImageShape images = new ImageShape(dataset.channels(), dataset.height(), dataset.width());
    if (!shape.equals(images)) {
      throw new IllegalArgumentException(
          "--data: images of shape %s (expected: %s, as %s makes)"
              .formatted(images, shape, description.name()));
    }
    if (!description.labels().isEmpty() && !description.labels().equals(dataset.labelNames())) {
      throw new IllegalArgumentException(
          "--data: labels %s (expected: %s, the model's)"
              .formatted(dataset.labelNames(), description.labels()));
    }
  }

  /** Throws unless both splits have so many images. */
  static void requireImages(String option, int images, ImageDataset training, ImageDataset test) {
    int most = Math.min(training.count(), test.count());
    if (images > most) {
      throw new IllegalArgumentException(
          "%s: %d (expected: %d at most, the images of the smaller split)"
              .formatted(option, images, most));
    }
  }

  /** Throws unless there are enough images to compare. */
  static void requireSamples(int images) {
    if (images < SampleQuality.LEAST_IMAGES) {
      throw new IllegalArgumentException(
          "--n: " + images + " (expected: >= " + SampleQuality.LEAST_IMAGES + ", or 0 for none)");
    }
  }
}
