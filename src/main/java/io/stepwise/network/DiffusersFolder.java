package io.stepwise.network;

import io.stepwise.diffusion.SchedulerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Writes diffusers model folders, which open in Python too. */
public final class DiffusersFolder {

  private static final String LIBRARY = "diffusers";

  private DiffusersFolder() {}

  /**
   * Writes a model into a folder, which is made if need be; files of a model in it are replaced.
   *
   * @param networks its networks by the names of their folders
   */
  public static void write(
      Path folder,
      Map<String, NetworkWeights> networks,
      SchedulerConfig scheduler,
      StepwiseFile stepwise)
      throws IOException {
    Files.createDirectories(folder);
    for (Map.Entry<String, NetworkWeights> network : networks.entrySet()) {
      NetworkWeights content = network.getValue();
      write(folder.resolve(network.getKey()), content.config(), content.weights());
    }
    writeScheduler(folder, scheduler.fields());
    ConfigFile.write(folder.resolve(ModelLayout.STEPWISE), stepwise.fields());
    ConfigFile.write(
        folder.resolve(ModelLayout.INDEX), index(scheduler.fields(), networks.keySet()));
  }

  /**
   * Writes a model or a single network from one folder into another: every field as it was, every
   * tensor under its present name and widened to F32, each network in a folder of its own.
   *
   * @param from a model folder, or the folder of one network
   * @param to a new or empty folder
   * @throws ModelFolderException if the model cannot be used, or the other folder is not empty
   */
  public static void copy(Path from, Path to) throws IOException {
    ModelLayout layout = ModelLayout.of(from);
    requireEmpty(to);
    if (layout.isSingleNetwork()) {
      copy(layout.network(), to);
      return;
    }
    Set<String> copied = new LinkedHashSet<>();
    if (layout.isOnePass()) {
      OnePassModel.open(from.toString(), from, "cpu");
      NetworkFolder decoder = layout.decoder();
      copy(decoder, to.resolve(decoder.name()));
      copied.add(decoder.name());
    } else {
      DiffusersModel.open(from.toString(), from, "cpu");
      copy(layout.network(), to.resolve(ModelLayout.NETWORK));
      copied.add(ModelLayout.NETWORK);
    }
    NetworkFolder autoencoder = layout.autoencoder();
    if (autoencoder != null && !layout.isOnePass()) {
      copy(autoencoder, to.resolve(ModelLayout.AUTOENCODER));
      copied.add(ModelLayout.AUTOENCODER);
    }
    for (Map.Entry<String, NetworkFolder> companion : layout.companions().entrySet()) {
      copy(companion.getValue(), to.resolve(companion.getKey()));
    }
    Map<String, Object> scheduler = ConfigFile.read(layout.scheduler());
    writeScheduler(to, scheduler);
    if (Files.exists(layout.stepwise())) {
      ConfigFile.write(to.resolve(ModelLayout.STEPWISE), ConfigFile.read(layout.stepwise()));
    }
    Path index = from.resolve(ModelLayout.INDEX);
    ConfigFile.write(
        to.resolve(ModelLayout.INDEX),
        Files.exists(index) ? ConfigFile.read(index) : index(scheduler, copied));
  }

  private static void copy(NetworkFolder network, Path folder) throws IOException {
    write(folder, network.config(), network.weights(network.definition()));
  }

  private static void write(Path folder, Map<String, ?> config, Map<String, TensorData> weights)
      throws IOException {
    Files.createDirectories(folder);
    ConfigFile.write(folder.resolve(NetworkFolder.CONFIG), config);
    Safetensors.write(folder.resolve(NetworkFolder.WEIGHTS), weights);
  }

  private static void writeScheduler(Path folder, Map<String, ?> fields) throws IOException {
    Path scheduler = Files.createDirectories(folder.resolve(ModelLayout.SCHEDULER));
    ConfigFile.write(scheduler.resolve(ModelLayout.SCHEDULER_CONFIG), fields);
  }

  /** Returns what diffusers builds a pipeline of; of networks that it knows. */
  private static Map<String, Object> index(Map<String, ?> scheduler, Set<String> networks) {
    Map<String, Object> index = new LinkedHashMap<>();
    boolean takesSteps = networks.contains(ModelLayout.NETWORK);
    index.put("_class_name", takesSteps ? "DDPMPipeline" : "DiffusionPipeline");
    if (takesSteps) {
      index.put(ModelLayout.NETWORK, List.of(LIBRARY, UNetConfig.CLASS_NAME));
    }
    index.put(
        ModelLayout.SCHEDULER, List.of(LIBRARY, String.valueOf(scheduler.get("_class_name"))));
    if (networks.contains(ModelLayout.AUTOENCODER)) {
      index.put(ModelLayout.AUTOENCODER, List.of(LIBRARY, AutoencoderConfig.CLASS_NAME));
    }
    return index;
  }

  private static void requireEmpty(Path folder) throws IOException {
    if (Files.exists(folder)) {
      if (!Files.isDirectory(folder)) {
        throw new ModelFolderException(folder, "a file (expected: a new or empty folder)");
      }
      try (Stream<Path> entries = Files.list(folder)) {
        if (entries.findAny().isPresent()) {
          throw new ModelFolderException(folder, "not empty (expected: a new or empty folder)");
        }
      }
    }
  }
}
