package io.stepwise.network;

import io.stepwise.diffusion.SchedulerConfig;
import io.stepwise.diffusion.StepMatrix;
import io.stepwise.diffusion.StepRow;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A model that makes an image in one pass of a decoder, out of standard normal noise: a diffusers
 * folder with {@code vae/}, or one of a {@code generator/}, and no {@code unet/}.
 *
 * <p>To sampling it is a latent model whose network is the identity and whose scheduler has one
 * timestep, without signal; so its state, the noise, comes through the step as it is and is then
 * decoded.
 */
public final class OnePassModel implements FolderModel {

  private static final String ONE_PASS =
      " (expected: one timestep, whose step leaves the state as it is, where there is no "
          + ModelLayout.NETWORK
          + "/)";

  private final ModelLayout layout;
  private final String device;
  private final LatentSpace latents;
  private final StepwiseFile stepwise;
  private final ModelDescription description;

  private OnePassModel(
      ModelLayout layout,
      String device,
      LatentSpace latents,
      StepwiseFile stepwise,
      ModelDescription description) {
    this.layout = layout;
    this.device = device;
    this.latents = latents;
    this.stepwise = stepwise;
    this.description = description;
  }

  /** Returns whether a folder is meant to be such a model. */
  static boolean isIn(Path folder) {
    return ModelLayout.of(folder).isOnePass();
  }

  /**
   * Returns the fields of the {@code scheduler_config.json} of such a model: a single timestep
   * without signal, at which the network's output is the sample.
   */
  public static Map<String, Object> scheduler() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("_class_name", "DDPMScheduler");
    fields.put("num_train_timesteps", 1);
    fields.put("trained_betas", List.of(1.0));
    fields.put("prediction_type", "sample");
    fields.put("clip_sample", false);
    return fields;
  }

  /**
   * Opens a folder after checking all of it.
   *
   * @param name the name that requests will use
   * @param device where its kernels run: {@code cpu}, {@code cuda:N} or {@code auto}
   * @throws ModelFolderException if the folder cannot be used; it names the file and the problem
   */
  public static OnePassModel open(String name, Path folder, String device) {
    ModelLayout layout = ModelLayout.of(folder);
    LatentSpace latents = LatentSpace.of(layout.decoder());
    SchedulerConfig scheduler = ConfigFile.parse(layout.scheduler(), SchedulerConfig::parse);
    requireOnePass(layout, scheduler);
    StepwiseFile stepwise = layout.readStepwise();
    if (!stepwise.labels().isEmpty() || stepwise.hasNoneLabel()) {
      throw new ModelFolderException(
          layout.stepwise(),
          "labels: %s (expected: none, as a decoder knows no class)".formatted(stepwise.labels()));
    }
    latents.weights();
    layout.companions().values().forEach(companion -> companion.weights(companion.definition()));
    return new OnePassModel(
        layout,
        device,
        latents,
        stepwise,
        new ModelDescription(
            name,
            digest(layout),
            latents.latent(),
            latents.imageShape(),
            List.of(),
            false,
            scheduler));
  }

  private static void requireOnePass(ModelLayout layout, SchedulerConfig scheduler) {
    if (scheduler.trainTimesteps() != 1) {
      throw new ModelFolderException(
          layout.scheduler(), "num_train_timesteps: " + scheduler.trainTimesteps() + ONE_PASS);
    }
    StepRow row = scheduler.plan(1, null).rows().get(0);
    StepMatrix m = row.m();
    double ofNoise = m.get(0, 0) + m.get(0, 1) + m.get(0, 2) * (row.p() + row.q());
    boolean isChanged = row.clip() != null || row.isNoisy() || scheduler.learnsVariance();
    if (isChanged || ofNoise != 1 || row.inputScale() != 1) {
      throw new ModelFolderException(layout.scheduler(), row + ONE_PASS);
    }
  }

  @Override
  public ModelDescription description() {
    return description;
  }

  /**
   * {@inheritDoc}
   *
   * <p>Its network is the decoder.
   */
  @Override
  public OptionalLong parameterCount() {
    return OptionalLong.of(latents.decoder().parameterCount());
  }

  /**
   * {@inheritDoc}
   *
   * <p>An autoencoder's encoder is among them.
   */
  @Override
  public OptionalLong companionParameterCount() {
    long encoder = latents.config().define().parameterCount() - latents.decoder().parameterCount();
    return OptionalLong.of(encoder + layout.companionParameterCount());
  }

  @Override
  public StepwiseFile stepwise() {
    return stepwise;
  }

  /**
   * Returns how many numbers at the front of its state are the code of a style generator, behind
   * which the noise of its levels follows, if it has any; nothing for other decoders.
   */
  public OptionalInt codeSize() {
    return latents.config() instanceof StyleGeneratorConfig generator
        ? OptionalInt.of(generator.codeSize())
        : OptionalInt.empty();
  }

  /**
   * {@inheritDoc}
   *
   * <p>Two for each multiplication of the decoder's linear layers, convolutions and attention.
   */
  @Override
  public OptionalLong operationsPerStep() {
    return OptionalLong.of(2 * latents.decoder().multiplications());
  }

  /** Returns the fields of {@code decoder} and of each network that only training needs. */
  @Override
  public Map<String, Map<String, @Nullable Object>> configs() {
    Map<String, Map<String, @Nullable Object>> configs = new LinkedHashMap<>();
    configs.put("decoder", latents.config().fields());
    layout.companions().forEach((name, companion) -> configs.put(name, companion.fields()));
    return configs;
  }

  /** Returns whether its decoder has an encoder, so that images have a likelihood. */
  public boolean isAutoencoder() {
    return latents.config() instanceof AutoencoderConfig;
  }

  /**
   * {@inheritDoc}
   *
   * @throws ModelFolderException if the folder was broken since the model was opened
   */
  @Override
  public StepKernel openKernel(int threads) {
    TorchRuntime.prepareThread(threads);
    Map<String, TensorData> decoder = latents.decoderWeights();
    String digest = digest(layout);
    if (!digest.equals(description.digest())) {
      throw new NetworkException(
          layout.folder() + ": the weights changed since the model was opened");
    }
    return TorchRuntime.guard(
        "loading " + layout.folder(),
        () -> {
          StepKernel identity =
              new TorchStepKernel(
                  TorchModule.load(identity(), Map.of(), TorchRuntime.device(device)),
                  digest,
                  description.shape(),
                  false,
                  description.noneLabel());
          return latents.decoding(identity, decoder, TorchRuntime.device(device));
        });
  }

  /**
   * Loads the whole autoencoder, and prepares the calling thread to run it.
   *
   * @param threads native threads for the calling thread
   * @return the autoencoder, which the caller owns and closes
   * @throws NetworkException if the weights cannot be loaded, or there is no encoder
   */
  public AutoencoderPass openAutoencoder(int threads) {
    if (!isAutoencoder()) {
      throw new NetworkException(layout.decoder().folder() + ": no encoder (expected: one)");
    }
    TorchRuntime.prepareThread(threads);
    return new AutoencoderPass(
        TorchModule.load(latents.config().define(), latents.weights(), TorchRuntime.device(device)),
        latents.imageShape(),
        latents.latent());
  }

  private static ModuleDefinition identity() {
    return new ModuleWriter().method("forward", "x", "t", "y").endMethod("x").definition();
  }

  /** Returns the SHA-256 of the configs and weights of all networks. */
  private static String digest(ModelLayout layout) {
    MessageDigest sha = ModelFile.sha256();
    layout.decoder().digest(sha);
    layout.companions().values().forEach(companion -> companion.digest(sha));
    return HexFormat.of().formatHex(sha.digest());
  }
}
