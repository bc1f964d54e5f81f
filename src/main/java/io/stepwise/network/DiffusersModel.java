package io.stepwise.network;

import io.stepwise.diffusion.SchedulerConfig;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A model in a diffusers folder: {@code unet/} with its config and safetensors weights, {@code
 * scheduler/scheduler_config.json}, optionally {@code vae/} for a model whose states are latents,
 * and optionally {@code stepwise.json} with the labels. Flat folders, with the network and the
 * scheduler in the root, are read as well. Networks that only training needs, as {@code encoder/},
 * are checked and count for the digest, and no kernel loads them.
 */
public final class DiffusersModel implements FolderModel {

  private final ModelLayout layout;
  private final String device;
  private final UNetConfig network;
  private final ModuleDefinition module;
  private final @Nullable LatentSpace latents;
  private final StepwiseFile stepwise;
  private final ModelDescription description;

  private DiffusersModel(
      ModelLayout layout,
      String device,
      UNetConfig network,
      @Nullable LatentSpace latents,
      StepwiseFile stepwise,
      ModelDescription description) {
    this.layout = layout;
    this.device = device;
    this.network = network;
    this.module = UNet.define(network);
    this.latents = latents;
    this.stepwise = stepwise;
    this.description = description;
  }

  /**
   * Opens a folder after checking all of it: every file is there and whole, every tensor is there
   * with the right shape and nothing is left over.
   *
   * @param name the name that requests will use
   * @param device where its kernels run: {@code cpu}, {@code cuda:N} or {@code auto}
   * @throws ModelFolderException if the folder cannot be used; it names the file and the problem
   */
  public static DiffusersModel open(String name, Path folder, String device) {
    ModelLayout layout = ModelLayout.of(folder);
    UNetConfig network = layout.network().config(UNetConfig::parse);
    SchedulerConfig scheduler = ConfigFile.parse(layout.scheduler(), SchedulerConfig::parse);
    StepwiseFile stepwise = layout.readStepwise();
    requireChannels(layout, network, scheduler);
    requireTimesteps(layout, network.time(), scheduler);
    NetworkFolder autoencoder = layout.autoencoder();
    LatentSpace latents =
        autoencoder == null ? null : LatentSpace.of(autoencoder, network.imageShape());
    ModelDescription description =
        new ModelDescription(
            name,
            digest(layout),
            network.imageShape(),
            latents == null ? network.imageShape() : latents.imageShape(),
            labels(layout, network.labels(), stepwise),
            stepwise.hasNoneLabel(),
            scheduler);
    DiffusersModel model =
        new DiffusersModel(layout, device, network, latents, stepwise, description);
    layout.network().weights(model.module);
    if (latents != null) {
      latents.weights();
    }
    layout.companions().values().forEach(companion -> companion.weights(companion.definition()));
    return model;
  }

  @Override
  public ModelDescription description() {
    return description;
  }

  @Override
  public StepwiseFile stepwise() {
    return stepwise;
  }

  /**
   * Reads a network that only training needs.
   *
   * @param name of its folder
   * @return nothing if there is none of this name
   */
  public Optional<NetworkWeights> companion(String name) {
    return Optional.ofNullable(layout.companions().get(name)).map(NetworkFolder::read);
  }

  @Override
  public OptionalLong parameterCount() {
    return OptionalLong.of(module.parameterCount());
  }

  @Override
  public OptionalLong companionParameterCount() {
    return OptionalLong.of(layout.companionParameterCount());
  }

  /**
   * {@inheritDoc}
   *
   * <p>Two for each multiplication of its linear layers, convolutions and attention.
   */
  @Override
  public OptionalLong operationsPerStep() {
    return OptionalLong.of(2 * module.multiplications());
  }

  /**
   * Returns the fields of {@code network}, for a latent model of {@code autoencoder}, and of each
   * network that only training needs.
   */
  @Override
  public Map<String, Map<String, @Nullable Object>> configs() {
    Map<String, Map<String, @Nullable Object>> configs = new LinkedHashMap<>();
    configs.put("network", network.fields());
    if (latents != null) {
      configs.put("autoencoder", latents.config().fields());
    }
    layout.companions().forEach((name, companion) -> configs.put(name, companion.fields()));
    return configs;
  }

  /**
   * {@inheritDoc}
   *
   * @throws ModelFolderException if the folder was broken since the model was opened
   */
  @Override
  public StepKernel openKernel(int threads) {
    TorchRuntime.prepareThread(threads);
    Map<String, TensorData> weights = layout.network().weights(module);
    Map<String, TensorData> decoder = latents == null ? Map.of() : latents.decoderWeights();
    String digest = digest(layout);
    if (!digest.equals(description.digest())) {
      throw new NetworkException(
          layout.folder() + ": the weights changed since the model was opened");
    }
    return TorchRuntime.guard(
        "loading " + layout.folder(),
        () -> {
          StepKernel kernel =
              new TorchStepKernel(
                  TorchModule.load(module, weights, TorchRuntime.device(device)),
                  digest,
                  description.shape(),
                  description.scheduler().learnsVariance(),
                  description.noneLabel());
          return latents == null
              ? kernel
              : latents.decoding(kernel, decoder, TorchRuntime.device(device));
        });
  }

  private static void requireChannels(
      ModelLayout layout, UNetConfig network, SchedulerConfig scheduler) {
    int channels = network.imageShape().channels();
    int expected = channels * (scheduler.learnsVariance() ? 2 : 1);
    if (network.outChannels() != expected) {
      throw new ModelFolderException(
          layout.network().configFile(),
          "out_channels: %d (expected: %d for in_channels %d%s)"
              .formatted(
                  network.outChannels(),
                  expected,
                  channels,
                  scheduler.learnsVariance() ? " and learned variance" : ""));
    }
  }

  private static void requireTimesteps(
      ModelLayout layout, TimeEmbedding time, SchedulerConfig scheduler) {
    int needed = scheduler.trainTimesteps();
    Integer known = time.trainTimesteps();
    if (time.kind() == TimeEmbedding.Kind.LEARNED && known != null && known < needed) {
      throw new ModelFolderException(
          layout.network().configFile(),
          "num_train_timesteps: %d (expected: at least %d, the scheduler's)"
              .formatted(known, needed));
    }
  }

  private static List<String> labels(
      ModelLayout layout, LabelEmbedding embedding, StepwiseFile stepwise) {
    int named = stepwise.labels().size() + (stepwise.hasNoneLabel() ? 1 : 0);
    Integer count = embedding.count();
    switch (embedding.kind()) {
      case NONE -> requireLabels(layout, named, 0, "network knows no class");
      case IDENTITY ->
          throw new ModelFolderException(
              layout.network().configFile(),
              "class_embed_type: identity (expected: null or timestep, as a request names a class"
                  + " and cannot bring an embedding)");
      case TIMESTEP -> requireLabels(layout, Math.min(named, 1), 1, "classes have no other name");
      case TABLE -> {
        int classes = count == null ? 0 : count;
        if (named == 0) {
          return IntStream.range(0, classes).mapToObj(i -> "class " + i).toList();
        }
        requireLabels(layout, named, classes, "network's num_class_embeds");
      }
    }
    return stepwise.labels();
  }

  private static void requireLabels(ModelLayout layout, int named, int expected, String reason) {
    if (named != expected) {
      throw new ModelFolderException(
          layout.stepwise(),
          "labels: %d, the one for none included (expected: %d, as the %s)"
              .formatted(named, expected, reason));
    }
  }

  /** Returns the SHA-256 of the configs and weights of all networks. */
  private static String digest(ModelLayout layout) {
    MessageDigest sha = ModelFile.sha256();
    layout.network().digest(sha);
    NetworkFolder autoencoder = layout.autoencoder();
    if (autoencoder != null) {
      autoencoder.digest(sha);
    }
    layout.companions().values().forEach(companion -> companion.digest(sha));
    return HexFormat.of().formatHex(sha.digest());
  }
}
