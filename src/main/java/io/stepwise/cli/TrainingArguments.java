package io.stepwise.cli;

import io.stepwise.data.ImageDataset;
import io.stepwise.diffusion.SchedulerConfig;
import io.stepwise.family.FamilyOptions;
import io.stepwise.family.Networks;
import io.stepwise.network.PretrainedModel;
import io.stepwise.training.LearningRate;
import io.stepwise.training.LearningRateSchedule;
import io.stepwise.training.TrainingOptions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of a command that decide how a network is trained. */
final class TrainingArguments {

  @Mixin final FamilyArguments family = new FamilyArguments();

  @Option(
      names = "--epochs",
      description = "Passes over the data (default: ${DEFAULT-VALUE}).",
      defaultValue = "6")
  double epochs;

  @Option(names = "--batch-size", description = "default: ${DEFAULT-VALUE}", defaultValue = "64")
  int batchSize;

  @Option(
      names = "--accumulate",
      paramLabel = "PARTS",
      description =
          "Take a batch's gradient in this many parts one after the other, which needs less memory"
              + " and gives the same update (default: ${DEFAULT-VALUE}).",
      defaultValue = "1")
  int accumulate;

  @Option(
      names = "--learning-rate",
      description = "Peak learning rate (default: ${DEFAULT-VALUE}).",
      defaultValue = "5e-4")
  double learningRate;

  @Option(
      names = "--learning-rate-schedule",
      paramLabel = "NAME",
      description =
          "constant, constant_with_warmup, linear, cosine, cosine_with_restarts or polynomial"
              + " (default: ${DEFAULT-VALUE}).",
      defaultValue = "cosine")
  String learningRateSchedule = "";

  @Option(
      names = "--cycles",
      description = "Falls of cosine_with_restarts (default: ${DEFAULT-VALUE}).",
      defaultValue = "1")
  int cycles;

  @Option(
      names = "--power",
      description = "Exponent of polynomial (default: ${DEFAULT-VALUE}).",
      defaultValue = "1")
  double power;

  @Option(
      names = "--warm-up",
      paramLabel = "STEPS",
      description = "Updates over which the learning rate rises (default: ${DEFAULT-VALUE}).",
      defaultValue = "250")
  int warmUp;

  @Option(
      names = "--weight-decay",
      description = "default: ${DEFAULT-VALUE}",
      defaultValue = "0.01")
  double weightDecay;

  @Option(
      names = "--max-gradient-norm",
      description = "default: ${DEFAULT-VALUE}",
      defaultValue = "1")
  double maxGradientNorm;

  @Option(
      names = "--average-decay",
      description = "Decay of the weights' moving average (default: ${DEFAULT-VALUE}).",
      defaultValue = "0.999")
  double averageDecay;

  @Option(
      names = "--label-dropout",
      description = "Share of labels replaced by none, for guidance (default: ${DEFAULT-VALUE}).",
      defaultValue = "0.1")
  double labelDropout;

  @Option(
      names = "--channels",
      split = ",",
      paramLabel = "C",
      description = "Channels of each level (default: ${DEFAULT-VALUE}).",
      defaultValue = "32,64,96")
  List<Integer> channels = List.of();

  @Option(
      names = "--layers-per-block",
      description = "default: ${DEFAULT-VALUE}",
      defaultValue = "1")
  int layersPerBlock;

  @Option(names = "--dropout", description = "default: ${DEFAULT-VALUE}", defaultValue = "0")
  double dropout;

  @Option(names = "--seed", description = "default: ${DEFAULT-VALUE}", defaultValue = "1")
  long seed;

  @Option(
      names = "--validation-images",
      paramLabel = "N",
      description =
          "Images kept out of training, on which the averaged weights' loss is measured; 0 for none"
              + " (default: ${DEFAULT-VALUE}).",
      defaultValue = "0")
  int validationImages;

  @Option(
      names = "--validate-every",
      paramLabel = "STEPS",
      description = "Updates between measurements of that loss (default: ${DEFAULT-VALUE}).",
      defaultValue = "500")
  int validateEvery;

  /**
   * Returns the options of a training of a new network.
   *
   * @throws IllegalArgumentException if one is out of its limits; it names the option
   */
  TrainingOptions options(ImageDataset dataset) {
    Map<String, Object> scheduler = family.scheduler();
    int outputs = SchedulerConfig.parse(scheduler).learnsVariance() ? 2 : 1;
    FamilyOptions options = family.options();
    Map<String, Map<String, @Nullable Object>> networks =
        switch (options.family()) {
          case VAE -> Map.of(Networks.AUTOENCODER, autoencoder(dataset));
          case GAN ->
              Map.of(
                  Networks.GENERATOR, generator(dataset),
                  Networks.DISCRIMINATOR, discriminator(dataset));
          case DDPM, FLOW, VDM, CONSISTENCY, ONE_STEP, PSI_DIFFUSION, HIERARCHICAL_VAE ->
              family.networks(network(dataset, outputs));
        };
    return options(options, networks, scheduler, null, dataset);
  }

  /**
   * Returns the options of a training that begins with a model's weights.
   *
   * @throws IllegalArgumentException if one is out of its limits, or the model's labels are not
   *     those of the data set
   */
  TrainingOptions options(PretrainedModel model, ImageDataset dataset) {
    model
        .difference(dataset.labelNames())
        .ifPresent(
            difference -> {
              throw new IllegalArgumentException("--from: " + difference);
            });
    FamilyOptions familyOptions = family.options(model);
    return options(
        familyOptions,
        familyOptions.networks(model.configs()),
        model.scheduler().fields(),
        model.description().digest(),
        dataset);
  }

  private TrainingOptions options(
      FamilyOptions familyOptions,
      Map<String, Map<String, @Nullable Object>> networks,
      Map<String, Object> scheduler,
      @Nullable String startedFrom,
      ImageDataset dataset) {
    if (!(epochs > 0)) {
      throw new IllegalArgumentException("--epochs: " + epochs + " (expected: > 0)");
    }
    TrainCommand.requireAtLeastOne("--batch-size", batchSize);
    int trainedOn = Math.max(1, dataset.count() - validationImages);
    Map<String, Map<String, @Nullable Object>> all = new LinkedHashMap<>(networks);
    all.putAll(familyOptions.beside(SchedulerConfig.parse(scheduler)));
    return new TrainingOptions(
        familyOptions,
        all,
        scheduler,
        startedFrom,
        seed,
        Math.toIntExact(Math.round(Math.ceil(epochs * trainedOn / batchSize))),
        batchSize,
        accumulate,
        new LearningRate(
            learningRate, LearningRateSchedule.of(learningRateSchedule), warmUp, cycles, power),
        weightDecay,
        maxGradientNorm,
        averageDecay,
        labelDropout,
        new TrainingOptions.Validation(validationImages, validateEvery));
  }

  private Map<String, @Nullable Object> autoencoder(ImageDataset dataset) {
    Map<String, @Nullable Object> network = new LinkedHashMap<>();
    network.put("_class_name", "AutoencoderKL");
    network.put("sample_size", List.of(dataset.height(), dataset.width()));
    network.put("in_channels", dataset.channels());
    network.put("out_channels", dataset.channels());
    network.put("latent_channels", family.latentChannels());
    network.put("block_out_channels", channels);
    network.put("down_block_types", channels.stream().map(c -> "DownEncoderBlock2D").toList());
    network.put("up_block_types", channels.stream().map(c -> "UpDecoderBlock2D").toList());
    network.put("layers_per_block", layersPerBlock);
    network.put("norm_num_groups", 8);
    network.put("scaling_factor", 1.0);
    return network;
  }

  private Map<String, @Nullable Object> generator(ImageDataset dataset) {
    Map<String, @Nullable Object> network = new LinkedHashMap<>();
    network.put("_class_name", "StyleGenerator");
    network.put("sample_size", List.of(dataset.height(), dataset.width()));
    network.put("out_channels", dataset.channels());
    network.put("noise", family.hasStyleNoise());
    return network;
  }

  private static Map<String, @Nullable Object> discriminator(ImageDataset dataset) {
    Map<String, @Nullable Object> network = new LinkedHashMap<>();
    network.put("_class_name", "Discriminator");
    network.put("sample_size", List.of(dataset.height(), dataset.width()));
    network.put("in_channels", dataset.channels());
    return network;
  }

  /**
   * The lowest level has attention, as in Ho et al. 2020 scaled to small images.
   *
   * @param outputs channels of the output for each of the image
   */
  private Map<String, @Nullable Object> network(ImageDataset dataset, int outputs) {
    int last = channels.size() - 1;
    Map<String, @Nullable Object> network = new LinkedHashMap<>();
    network.put("sample_size", List.of(dataset.height(), dataset.width()));
    List<Double> frequencies = family.inputFrequencies();
    network.put("in_channels", dataset.channels() * (1 + 2 * frequencies.size()));
    if (!frequencies.isEmpty()) {
      network.put("input_frequencies", frequencies);
    }
    network.put("out_channels", dataset.channels() * outputs);
    network.put(
        "down_block_types",
        IntStream.rangeClosed(0, last)
            .mapToObj(i -> i == last ? "AttnDownBlock2D" : "DownBlock2D")
            .toList());
    network.put(
        "up_block_types",
        IntStream.rangeClosed(0, last)
            .mapToObj(i -> i == 0 ? "AttnUpBlock2D" : "UpBlock2D")
            .toList());
    network.put("block_out_channels", channels);
    network.put("layers_per_block", layersPerBlock);
    network.put("norm_num_groups", 8);
    network.put("attention_head_dim", 16);
    network.put("dropout", dropout);
    if (!dataset.labelNames().isEmpty()) {
      network.put("num_class_embeds", dataset.labelNames().size() + 1);
    }
    return network;
  }
}
