package io.stepwise.settings;

import com.typesafe.config.ConfigFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that an operator can set, checked; the limits stand in {@code conf/stepwise.conf}.
 *
 * @param models names of shipped models or paths of model folders; at least one, none twice
 * @param defaultModel the entry of models for requests that name none
 * @param device {@code cpu}, {@code auto} or {@code cuda:N}
 * @param http the HTTP server
 * @param sampling the actors that sample
 * @param snapshots versions of the models' weights
 * @param training the actor that trains
 * @param data data sets to train on
 * @param cluster more than one machine
 */
public record Settings(
    List<String> models,
    String defaultModel,
    String device,
    HttpSettings http,
    SamplingSettings sampling,
    SnapshotSettings snapshots,
    TrainingSettings training,
    DataSettings data,
    ClusterSettings cluster) {

  /** Copies the models. */
  public Settings {
    models = List.copyOf(models);
  }

  /**
   * Reads the settings: system properties go before environment variables, these before the file,
   * that before the defaults.
   *
   * @param file the operator's HOCON file, if there is one
   * @throws SettingsException if anything in them is wrong
   */
  public static Settings load(Optional<Path> file) {
    return load(file, Map.of());
  }

  /**
   * Reads the settings as {@link #load(Optional)} does, with some given as arguments of the
   * program, which go before everything else.
   *
   * @param arguments values by full key, such as {@code stepwise.http.port}
   * @throws SettingsException if anything in them is wrong
   */
  public static Settings load(Optional<Path> file, Map<String, String> arguments) {
    return SettingsSources.ofProcess().withArguments(arguments).load(file);
  }

  /**
   * Reads settings from HOCON text over the defaults, and from nothing else.
   *
   * @param hocon text with full keys, such as {@code stepwise.sampling.replicas = 2}
   * @throws SettingsException if anything in it is wrong
   */
  public static Settings parse(String hocon) {
    return new SettingsSources(ConfigFactory.empty(), ConfigFactory.empty()).parse(hocon);
  }

  /**
   * Returns what is allowed but probably not meant.
   *
   * @param cores number of cores that the process may use
   */
  public List<String> warnings(int cores) {
    List<String> warnings = new ArrayList<>(http.warnings());
    warnings.addAll(cluster.warnings());
    int threads = sampling.replicas() * sampling.threadsPerReplica();
    if (threads > cores) {
      warnings.add(
          "stepwise.sampling.replicas x threads-per-replica: %d x %d (expected: at most %d, the"
                  .formatted(sampling.replicas(), sampling.threadsPerReplica(), cores)
              + " cores of this machine; more make every step slower)");
    }
    return warnings;
  }

  static Settings read(SettingsReader reader) {
    List<String> models = reader.texts("models");
    String defaultModel = defaultModel(reader, models);
    String device =
        reader.matching("device", "cpu|auto|cuda:(0|[1-9][0-9]{0,2})", "cpu, auto or cuda:N");
    ClusterSettings cluster = ClusterSettings.read(reader.section("cluster"));
    SnapshotSettings snapshots = SnapshotSettings.read(reader.section("snapshots"));
    if (cluster.isTrainer() && snapshots.folder().isEmpty()) {
      reader.section("snapshots").problem("folder", "a folder, as the node has the role trainer");
    }
    return new Settings(
        models,
        defaultModel,
        device,
        HttpSettings.read(reader.section("http")),
        SamplingSettings.read(reader.section("sampling")),
        snapshots,
        TrainingSettings.read(reader.section("training")),
        DataSettings.read(reader.section("data")),
        cluster);
  }

  private static String defaultModel(SettingsReader reader, List<String> models) {
    String name = reader.text("default-model");
    if (name.isEmpty()) {
      return models.get(0);
    }
    if (!models.contains(name)) {
      reader.problem("default-model", "an entry of models, " + models);
    }
    return name;
  }
}
