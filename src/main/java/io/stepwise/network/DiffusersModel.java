package io.stepwise.network;

import io.stepwise.diffusion.SchedulerConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * A model in a diffusers folder: {@code unet/} with its config and safetensors weights, {@code
 * scheduler/scheduler_config.json}, and optionally {@code stepwise.json} with the labels.
 */
public final class DiffusersModel implements DenoisingModel {

  private final Path folder;
  private final String device;
  private final UNetConfig network;
  private final ModuleDefinition module;
  private final ModelDescription description;

  private DiffusersModel(
      Path folder,
      String device,
      UNetConfig network,
      ModuleDefinition module,
      ModelDescription description) {
    this.folder = folder;
    this.device = device;
    this.network = network;
    this.module = module;
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
    if (!Files.isDirectory(folder)) {
      throw new ModelFolderException(folder, "no such folder");
    }
    refusePickles(folder);
    UNetConfig network = checked(folder, DiffusersFolder.NETWORK_CONFIG, UNetConfig::parse);
    SchedulerConfig scheduler =
        checked(folder, DiffusersFolder.SCHEDULER_CONFIG, SchedulerConfig::parse);
    StepwiseFile stepwise =
        Files.exists(folder.resolve(DiffusersFolder.STEPWISE))
            ? checked(folder, DiffusersFolder.STEPWISE, StepwiseFile::parse)
            : StepwiseFile.absent();
    requireChannels(folder, network, scheduler);
    ModelDescription description =
        new ModelDescription(
            name,
            digest(folder),
            network.imageShape(),
            labels(folder, network, stepwise),
            stepwise.hasNoneLabel(),
            scheduler);
    DiffusersModel model =
        new DiffusersModel(folder, device, network, UNet.define(network), description);
    model.readWeights();
    return model;
  }

  @Override
  public ModelDescription description() {
    return description;
  }

  /** Returns the number of trainable values of the network. */
  public long parameterCount() {
    return module.parameterCount();
  }

  /** Returns the network's architecture. */
  public UNetConfig network() {
    return network;
  }

  @Override
  public StepKernel openKernel(int threads) {
    TorchRuntime.prepareThread(threads);
    Map<String, TensorData> weights = readWeights();
    if (!digest(folder).equals(description.digest())) {
      throw new NetworkException(folder + ": the weights changed since the model was opened");
    }
    return TorchRuntime.guard(
        "loading " + folder,
        () ->
            new TorchStepKernel(
                TorchModule.load(module, weights, TorchRuntime.device(device)),
                description.shape(),
                description.scheduler().learnsVariance(),
                description.hasNoneLabel() ? description.labels().size() : 0));
  }

  private Map<String, TensorData> readWeights() {
    Path file = folder.resolve(DiffusersFolder.WEIGHTS);
    Map<String, TensorData> weights = Safetensors.read(file);
    for (Map.Entry<String, long[]> parameter : module.parameters().entrySet()) {
      TensorData tensor = weights.get(parameter.getKey());
      String expected = Arrays.toString(parameter.getValue());
      if (tensor == null) {
        throw new ModelFolderException(
            file, parameter.getKey() + ": missing (expected: shape " + expected + ")");
      }
      if (!Arrays.equals(tensor.shape(), parameter.getValue())) {
        throw new ModelFolderException(
            file,
            parameter.getKey()
                + ": shape "
                + Arrays.toString(tensor.shape())
                + " (expected: "
                + expected
                + ")");
      }
    }
    for (String name : weights.keySet()) {
      if (!module.parameters().containsKey(name)) {
        throw new ModelFolderException(
            file, name + ": not a tensor of this network (" + DiffusersFolder.NETWORK_CONFIG + ")");
      }
    }
    return weights;
  }

  private static void refusePickles(Path folder) {
    if (Files.exists(folder.resolve(DiffusersFolder.WEIGHTS))) {
      return;
    }
    for (String name : List.of("unet/diffusion_pytorch_model.bin", "unet/pytorch_model.bin")) {
      if (Files.exists(folder.resolve(name))) {
        throw new ModelFolderException(
            folder.resolve(name),
            "a pickle, which can run code and is never read (expected: "
                + DiffusersFolder.WEIGHTS
                + ")");
      }
    }
  }

  private static void requireChannels(Path folder, UNetConfig network, SchedulerConfig scheduler) {
    int expected = network.imageShape().channels() * (scheduler.learnsVariance() ? 2 : 1);
    if (network.outChannels() != expected) {
      throw new ModelFolderException(
          folder.resolve(DiffusersFolder.NETWORK_CONFIG),
          "out_channels: "
              + network.outChannels()
              + " (expected: "
              + expected
              + " for in_channels "
              + network.imageShape().channels()
              + (scheduler.learnsVariance() ? " and learned variance)" : ")"));
    }
  }

  private static List<String> labels(Path folder, UNetConfig network, StepwiseFile stepwise) {
    Integer classes = network.classCount();
    int named = stepwise.labels().size() + (stepwise.hasNoneLabel() ? 1 : 0);
    if (named > 0 && (classes == null || named != classes)) {
      throw new ModelFolderException(
          folder.resolve(DiffusersFolder.STEPWISE),
          "labels: "
              + named
              + " with none_label "
              + stepwise.hasNoneLabel()
              + " (expected: "
              + (classes == null ? 0 : classes)
              + ", the network's num_class_embeds)");
    }
    if (classes == null || named > 0) {
      return stepwise.labels();
    }
    return IntStream.range(0, classes).mapToObj(i -> "class " + i).toList();
  }

  private static <T> T checked(Path folder, String name, Function<Map<String, Object>, T> parse) {
    Path file = folder.resolve(name);
    Map<String, Object> fields = ConfigFile.read(file);
    try {
      return parse.apply(fields);
    } catch (IllegalArgumentException e) {
      throw new ModelFolderException(file, String.valueOf(e.getMessage()), e);
    }
  }

  /** Returns the SHA-256 of the network's config and weights. */
  private static String digest(Path folder) {
    MessageDigest sha = sha256();
    for (String name : List.of(DiffusersFolder.NETWORK_CONFIG, DiffusersFolder.WEIGHTS)) {
      Path file = folder.resolve(name);
      try (InputStream bytes = Channels.newInputStream(ModelFile.open(file));
          InputStream in = new DigestInputStream(bytes, sha)) {
        in.transferTo(OutputStream.nullOutputStream());
      } catch (IOException e) {
        throw ModelFile.unreadable(file, e);
      }
    }
    return HexFormat.of().formatHex(sha.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is part of every Java platform", e);
    }
  }
}
