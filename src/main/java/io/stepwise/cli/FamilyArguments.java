package io.stepwise.cli;

import io.stepwise.diffusion.EncodedLevels;
import io.stepwise.diffusion.LatentHierarchy;
import io.stepwise.family.DiffusionLoss;
import io.stepwise.family.Family;
import io.stepwise.family.FamilyOptions;
import io.stepwise.family.Networks;
import io.stepwise.network.PretrainedModel;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of a command that decide what a network is trained for. */
final class FamilyArguments {

  @Option(
      names = "--family",
      paramLabel = "NAME",
      description =
          "What it is trained for: ddpm, flow, vdm, consistency, one-step, psi-diffusion,"
              + " hierarchical-vae, vae or gan (default: that of --from, otherwise ddpm).")
  @Nullable String family;

  @Option(
      names = "--prediction",
      paramLabel = "NAME",
      description =
          "With ddpm and vdm: epsilon, v_prediction or sample; with psi-diffusion not epsilon"
              + " (default: v_prediction).")
  @Nullable String prediction;

  @Option(
      names = "--schedule",
      paramLabel = "NAME",
      description =
          "With ddpm: linear, scaled_linear or squaredcos_cap_v2 (default: squaredcos_cap_v2).")
  @Nullable String schedule;

  @Option(
      names = "--variance",
      paramLabel = "NAME",
      description =
          "With ddpm: fixed_small, fixed_large or learned_range, of the reverse steps (default:"
              + " fixed_small).")
  @Nullable String variance;

  @Option(
      names = "--loss",
      paramLabel = "NAME",
      description =
          "With ddpm: simple, vlb (the variational bound) or hybrid (default: hybrid with"
              + " learned_range, otherwise simple).")
  @Nullable String loss;

  @Option(
      names = "--learn-ends",
      description =
          "With vdm: train the ends of the noise schedule too, on the whole bound (at most 200"
              + " steps in sampling).")
  boolean learnEnds;

  @Option(
      names = "--optimal-transport",
      description = "With flow: pair the noise of a batch with its images by optimal transport.")
  boolean optimalTransport;

  @Option(
      names = "--style-noise",
      negatable = true,
      description =
          "With gan: each level of the generator adds noise of its own (default: it does).")
  @Nullable Boolean styleNoise;

  @Option(
      names = "--latent-channels",
      paramLabel = "L",
      description = "With vae: channels of the latents, at the smallest level (default: 4).")
  @Nullable Integer latentChannels;

  @Option(
      names = "--input-frequencies",
      split = ",",
      paramLabel = "F",
      description =
          "Show the network sines and cosines of its input, of so many cycles for each unit"
              + " (default: 3.98, 7.97, 15.9, 31.9, 63.75 and 127.5 with vdm, otherwise none).")
  @Nullable List<Double> inputFrequencies;

  @Option(
      names = "--timesteps",
      paramLabel = "T",
      description = "With psi-diffusion: noise levels, 1 to 500 (default: 16).")
  @Nullable Integer timesteps;

  @Option(
      names = "--levels",
      paramLabel = "L",
      description = "With hierarchical-vae: latents, 1 to 64 (default: 4).")
  @Nullable Integer levels;

  @Option(
      names = "--encoder",
      paramLabel = "NAME",
      description =
          "With a family that has one: unet, or none for noise that knows nothing of the image"
              + " (default: unet).")
  @Nullable String encoder;

  @Option(
      names = "--kl-warm-up",
      paramLabel = "STEPS",
      description =
          "With one-step, psi-diffusion and vae: updates over which the weight of its divergence"
              + " rises from 0 to 1 (default: ${DEFAULT-VALUE}).",
      defaultValue = "0")
  int divergenceWarmUp;

  /**
   * Returns the options of a new network's family.
   *
   * @throws IllegalArgumentException if one belongs to another family
   */
  FamilyOptions options() {
    return options(family());
  }

  /**
   * Returns the configs of new networks.
   *
   * @param unet config of the network that samples are drawn with
   * @throws IllegalArgumentException if an encoder is named that there is not
   */
  Map<String, Map<String, @Nullable Object>> networks(Map<String, @Nullable Object> unet) {
    if (encoder != null && !family().networks().contains(Networks.ENCODER)) {
      throw refused("--encoder", encoder, "one-step, psi-diffusion or hierarchical-vae");
    }
    boolean hasEncoder = !"none".equals(encoder);
    if (hasEncoder && encoder != null && !encoder.equals("unet")) {
      throw new IllegalArgumentException("--encoder: " + encoder + " (expected: unet or none)");
    }
    return options().networks(unet, hasEncoder);
  }

  /**
   * Returns the options of a family whose training begins with a model's weights: the model's own
   * family unless another is given.
   */
  FamilyOptions options(PretrainedModel model) {
    return options(Family.of(family == null ? model.family() : family));
  }

  private FamilyOptions options(Family chosen) {
    return new FamilyOptions(
        chosen,
        optimalTransport,
        learnEnds,
        divergenceWarmUp,
        loss == null ? null : DiffusionLoss.of(loss));
  }

  /** Returns the fields of a new network's {@code scheduler_config.json}. */
  Map<String, Object> scheduler() {
    if (timesteps != null && family() != Family.PSI_DIFFUSION) {
      throw refused("--timesteps", timesteps, "psi-diffusion");
    }
    if (styleNoise != null && family() != Family.GAN) {
      throw refused("--style-noise", styleNoise, "gan");
    }
    if (latentChannels != null && family() != Family.VAE) {
      throw refused("--latent-channels", latentChannels, "vae");
    }
    if (levels != null && family() != Family.HIERARCHICAL_VAE) {
      throw refused("--levels", levels, "hierarchical-vae");
    }
    Map<String, Object> scheduler =
        timesteps != null
            ? EncodedLevels.scheduler(timesteps)
            : levels != null ? LatentHierarchy.scheduler(levels) : options().scheduler();
    replace(scheduler, "--prediction", "prediction_type", prediction, "ddpm or vdm");
    replace(scheduler, "--schedule", "beta_schedule", schedule, "ddpm");
    replace(scheduler, "--variance", "variance_type", variance, "ddpm");
    family().nameSolverLevels(scheduler);
    return scheduler;
  }

  /** Returns whether the levels of a new generator add noise. */
  boolean hasStyleNoise() {
    return styleNoise == null || styleNoise;
  }

  /** Returns how many channels the latents of a new autoencoder have. */
  int latentChannels() {
    return latentChannels == null ? 4 : latentChannels;
  }

  /** Returns the Fourier features of the input that a new network sees. */
  List<Double> inputFrequencies() {
    return inputFrequencies == null ? family().inputFrequencies() : inputFrequencies;
  }

  private void replace(
      Map<String, Object> scheduler,
      String option,
      String field,
      @Nullable String value,
      String families) {
    if (value == null) {
      return;
    }
    if (!scheduler.containsKey(field)) {
      throw refused(option, value, families);
    }
    scheduler.put(field, value);
  }

  private IllegalArgumentException refused(String option, Object value, String families) {
    return new IllegalArgumentException(
        "%s: %s (expected: none with --family %s, it belongs to %s)"
            .formatted(option, value, family().fieldValue(), families));
  }

  private Family family() {
    return family == null ? Family.DDPM : Family.of(family);
  }
}
