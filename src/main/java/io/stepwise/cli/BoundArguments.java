package io.stepwise.cli;

import io.stepwise.diffusion.LikelihoodGrid;
import io.stepwise.diffusion.SchedulerConfig;
import io.stepwise.network.ModelDescription;
import io.stepwise.network.OnePassModel;
import io.stepwise.study.AutoencoderBound;
import io.stepwise.study.GridPass;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The arguments of {@code evaluate} that say how the bound is measured. */
final class BoundArguments {

  private static final int MAX_GRID = 1 << 16;

  /** How a grid's nodes are spaced. */
  enum Spacing {
    LOG_SNR,
    TIMESTEPS;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  @Option(
      names = "--images",
      paramLabel = "K",
      description =
          "Test images of the bound, and as many training images to fit variances to; 0 for no"
              + " bound (default: ${DEFAULT-VALUE}).",
      defaultValue = "32")
  int images;

  @Option(
      names = "--grid",
      paramLabel = "N",
      description = "Most steps of the bound, a power of two (default: ${DEFAULT-VALUE}).",
      defaultValue = "1024")
  int grid;

  @Option(
      names = "--spacing",
      description = "Of the grid: one of ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).",
      defaultValue = "log-snr")
  Spacing spacing = Spacing.LOG_SNR;

  @Option(
      names = "--with-labels",
      description =
          "Tell the network each image's label; the bound is then on the likelihood given the"
              + " label.")
  boolean withLabels;

  @Option(
      names = "--importance-samples",
      paramLabel = "K",
      description =
          "With latents (vae, one-step, hierarchical-vae): draws for each image of a tighter bound;"
              + " 0 for none (default: ${DEFAULT-VALUE}).",
      defaultValue = "0")
  int importanceSamples;

  /** Checks what needs no model. */
  void check() {
    if (importanceSamples < 0) {
      throw new IllegalArgumentException(
          "--importance-samples: " + importanceSamples + " (expected: >= 0)");
    }
    if (images < 0) {
      throw new IllegalArgumentException("--images: " + images + " (expected: >= 0)");
    }
    requireGrid(grid);
  }

  /** Throws unless a grid of so many steps has all halves. */
  static void requireGrid(int grid) {
    if (grid < 1 || grid > MAX_GRID || Integer.bitCount(grid) != 1) {
      throw new IllegalArgumentException(
          "--grid: " + grid + " (expected: a power of two up to " + MAX_GRID + ")");
    }
  }

  /**
   * Returns the pass over the grid; nothing if no bound is wanted.
   *
   * @throws IllegalArgumentException if the model has no such bound
   */
  Optional<GridPass> pass(ModelDescription model, long seed, int batchSize) {
    if (images == 0) {
      return Optional.empty();
    }
    if (importanceSamples > 0) {
      throw new IllegalArgumentException(
          "--importance-samples: %d (expected: 0 for a model without latents)"
              .formatted(importanceSamples));
    }
    if (!model.shape().equals(model.imageShape())) {
      throw new IllegalArgumentException(
          "--images: " + images + " (expected: 0, as the model's states are latents)");
    }
    if (model.scheduler().isConsistencyModel()) {
      throw new IllegalArgumentException(
          "--images: " + images + " (expected: 0, as a consistency model has no likelihood)");
    }
    return Optional.of(new GridPass(model, grid(model), images, withLabels, seed, batchSize));
  }

  /**
   * Returns how an autoencoder is measured; nothing if no bound is wanted.
   *
   * @throws IllegalArgumentException if the model has no encoder
   */
  Optional<AutoencoderBound> autoencoder(OnePassModel model, long seed, int batchSize) {
    if (images == 0) {
      return Optional.empty();
    }
    if (!model.isAutoencoder()) {
      throw new IllegalArgumentException(
          "--images: " + images + " (expected: 0, as a generator gives no likelihood)");
    }
    int latents = model.description().shape().size();
    int samples = Math.max(1, importanceSamples);
    return Optional.of(new AutoencoderBound(latents, images, samples, seed, batchSize));
  }

  private LikelihoodGrid grid(ModelDescription model) {
    SchedulerConfig scheduler = model.scheduler();
    try {
      return spacing == Spacing.LOG_SNR
          ? LikelihoodGrid.ofLogSnr(scheduler.denoiser(), grid)
          : LikelihoodGrid.ofTimesteps(scheduler.noiseSchedule(), grid);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "--grid: %d, --spacing: %s: %s; --images 0 for no bound"
              .formatted(grid, spacing, e.getMessage()),
          e);
    }
  }
}
