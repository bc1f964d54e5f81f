package io.stepwise.training;

import io.stepwise.data.ImageDataset;
import io.stepwise.diffusion.SchedulerConfig;
import io.stepwise.family.DiffusionLoss;
import io.stepwise.family.Family;
import io.stepwise.family.FamilyOptions;
import io.stepwise.family.Networks;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A training small enough for a test: 8 x 8 images of two kinds, a network of one level. */
final class TinyTraining {

  private TinyTraining() {}

  static ImageDataset images() {
    List<byte[]> images = new ArrayList<>();
    int[] labels = new int[10];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = i % 2;
      byte[] image = new byte[64];
      for (int pixel = 0; pixel < image.length; pixel++) {
        boolean isBright = labels[i] == 0 ? pixel % 8 < 4 : pixel / 8 < 4;
        image[pixel] = (byte) (isBright ? 255 - i : i);
      }
      images.add(image);
    }
    return ImageDataset.of(1, 8, 8, List.of("left", "top"), labels, images);
  }

  static TrainingOptions options(int steps) {
    return options(steps, 1, 0.1, TrainingOptions.Validation.NONE);
  }

  /** Returns options of a network and an encoder, of a family that trains both. */
  static TrainingOptions encoded(Family family, int steps) {
    TrainingOptions plain = options(steps, 1, 0.1, new TrainingOptions.Validation(2, 2));
    Map<String, Object> scheduler = family.scheduler();
    Map<String, @Nullable Object> unet = new HashMap<>(plain.networks().get(Networks.UNET));
    unet.put("out_channels", SchedulerConfig.parse(scheduler).learnsVariance() ? 2 : 1);
    FamilyOptions options = new FamilyOptions(family, false, false, 4, null);
    return new TrainingOptions(
        options,
        options.networks(unet, true),
        scheduler,
        null,
        plain.seed(),
        steps,
        plain.batchSize(),
        plain.microBatches(),
        plain.learningRate(),
        plain.weightDecay(),
        plain.maxGradientNorm(),
        plain.averageDecay(),
        plain.labelDropout(),
        plain.validation());
  }

  static TrainingOptions options(
      int steps, int microBatches, double dropout, TrainingOptions.Validation validation) {
    Map<String, @Nullable Object> network =
        Map.ofEntries(
            Map.entry("sample_size", 8),
            Map.entry("in_channels", 1),
            Map.entry("out_channels", 1),
            Map.entry("down_block_types", List.of("DownBlock2D", "AttnDownBlock2D")),
            Map.entry("up_block_types", List.of("AttnUpBlock2D", "UpBlock2D")),
            Map.entry("block_out_channels", List.of(8, 16)),
            Map.entry("layers_per_block", 1),
            Map.entry("norm_num_groups", 4),
            Map.entry("attention_head_dim", 8),
            Map.entry("num_class_embeds", 3),
            Map.entry("dropout", dropout));
    Map<String, Object> scheduler =
        Map.of(
            "_class_name", "DDPMScheduler",
            "num_train_timesteps", 100,
            "beta_schedule", "squaredcos_cap_v2",
            "prediction_type", "v_prediction");
    return new TrainingOptions(
        FamilyOptions.of(Family.DDPM),
        Map.of(Networks.UNET, network),
        scheduler,
        null,
        7,
        steps,
        4,
        microBatches,
        LearningRate.of(3e-3, LearningRateSchedule.COSINE, 3),
        0.01,
        1,
        0.99,
        0.2,
        validation);
  }

  /**
   * Returns options of a training on the bound of four timesteps, which its losses choose among.
   */
  static TrainingOptions ofBound(int steps, int microBatches) {
    TrainingOptions options = options(steps, microBatches, 0, TrainingOptions.Validation.NONE);
    Map<String, @Nullable Object> network =
        new LinkedHashMap<>(options.networks().get(Networks.UNET));
    network.put("out_channels", 2);
    Map<String, Object> scheduler = new LinkedHashMap<>(options.scheduler());
    scheduler.put("num_train_timesteps", 4);
    scheduler.put("variance_type", "learned_range");
    return new TrainingOptions(
        new FamilyOptions(Family.DDPM, false, false, 0, DiffusionLoss.VLB),
        Map.of(Networks.UNET, network),
        scheduler,
        null,
        options.seed(),
        steps,
        options.batchSize(),
        microBatches,
        options.learningRate(),
        options.weightDecay(),
        options.maxGradientNorm(),
        options.averageDecay(),
        options.labelDropout(),
        options.validation());
  }

  /** Returns options of a variational training that learns the ends of its schedule. */
  static TrainingOptions ofEnds(int steps) {
    TrainingOptions options = options(steps);
    FamilyOptions family = new FamilyOptions(Family.VDM, false, true, 0, null);
    Map<String, Map<String, @Nullable Object>> networks = new LinkedHashMap<>(options.networks());
    networks.putAll(family.beside(SchedulerConfig.parse(family.scheduler())));
    return new TrainingOptions(
        family,
        networks,
        family.scheduler(),
        null,
        options.seed(),
        steps,
        options.batchSize(),
        options.microBatches(),
        options.learningRate(),
        options.weightDecay(),
        options.maxGradientNorm(),
        options.averageDecay(),
        options.labelDropout(),
        options.validation());
  }

  /** Returns options of a training of an autoencoder with latents of 2 x 4 x 4. */
  static TrainingOptions ofAutoencoder(int steps) {
    TrainingOptions options = options(steps);
    FamilyOptions family = new FamilyOptions(Family.VAE, false, false, 20, null);
    Map<String, @Nullable Object> network = new LinkedHashMap<>();
    network.put("_class_name", "AutoencoderKL");
    network.put("sample_size", 8);
    network.put("in_channels", 1);
    network.put("out_channels", 1);
    network.put("latent_channels", 2);
    network.put("block_out_channels", List.of(8, 16));
    network.put("down_block_types", List.of("DownEncoderBlock2D", "DownEncoderBlock2D"));
    network.put("up_block_types", List.of("UpDecoderBlock2D", "UpDecoderBlock2D"));
    network.put("layers_per_block", 1);
    network.put("norm_num_groups", 4);
    network.put("scaling_factor", 1.0);
    return new TrainingOptions(
        family,
        Map.of(Networks.AUTOENCODER, network),
        family.scheduler(),
        null,
        options.seed(),
        steps,
        options.batchSize(),
        options.microBatches(),
        options.learningRate(),
        options.weightDecay(),
        options.maxGradientNorm(),
        options.averageDecay(),
        options.labelDropout(),
        options.validation());
  }

  /** Returns options of a generator trained against a discriminator. */
  static TrainingOptions ofAdversaries(int steps) {
    TrainingOptions options = options(steps);
    FamilyOptions family = FamilyOptions.of(Family.GAN);
    Map<String, @Nullable Object> generator =
        Map.of(
            "_class_name", "StyleGenerator",
            "sample_size", 8,
            "out_channels", 1,
            "code_size", 8,
            "style_size", 16,
            "block_channels", 16);
    Map<String, @Nullable Object> discriminator =
        Map.of(
            "_class_name", "Discriminator",
            "sample_size", 8,
            "in_channels", 1,
            "block_channels", 16);
    return new TrainingOptions(
        family,
        Map.of(Networks.GENERATOR, generator, Networks.DISCRIMINATOR, discriminator),
        family.scheduler(),
        null,
        options.seed(),
        steps,
        options.batchSize(),
        options.microBatches(),
        options.learningRate(),
        options.weightDecay(),
        options.maxGradientNorm(),
        options.averageDecay(),
        options.labelDropout(),
        options.validation());
  }

  /** Keeps the losses. */
  static final class Losses implements TrainingListener {

    private final List<Double> losses = new ArrayList<>();

    @Override
    public void onStep(TrainingStep step) {
      losses.add(step.loss());
    }

    @Override
    public Optional<SampleGrid> onCheckpoint(TrainingRun run) {
      return Optional.of(new SampleGrid(new byte[] {1, 2, (byte) run.step()}, 5, 7, 1));
    }

    double mean(int from, int to) {
      return losses.subList(from, to).stream().mapToDouble(loss -> loss).average().orElseThrow();
    }
  }
}
