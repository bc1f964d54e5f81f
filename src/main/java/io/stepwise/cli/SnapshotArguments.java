package io.stepwise.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.stepwise.sampling.VersionStore;
import io.stepwise.settings.Settings;
import io.stepwise.snapshot.Snapshot;
import io.stepwise.snapshot.SnapshotStore;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The arguments of commands about a model's versions: on a server, or in the store itself. */
final class SnapshotArguments {

  @Parameters(index = "0", paramLabel = "MODEL", description = "The model's name.")
  String model = "";

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "A server, as http://HOST:PORT; without it, the store in the settings.")
  @Nullable URI url;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Settings over the defaults; snapshots.folder is where the store is.")
  @Nullable Path config;

  @ArgGroup(validate = false)
  KeyArguments key = new KeyArguments();

  /** Returns the server; empty for the store. */
  Optional<Server> server() {
    return Optional.ofNullable(url).map(address -> new Server(address, key.read()));
  }

  /** Returns the path of the model's versions on a server. */
  String path() {
    return "/v1/models/" + name() + "/snapshots";
  }

  /**
   * Opens the model's store.
   *
   * @throws IllegalArgumentException if there is none
   */
  SnapshotStore store() {
    Settings settings = Settings.load(Optional.ofNullable(config), Map.of());
    Path folder =
        settings
            .snapshots()
            .folder()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "snapshots.folder: empty (expected: a folder, or --url)"));
    if (!folder.resolve(name()).toFile().isDirectory()) {
      throw new IllegalArgumentException(
          "model: " + model + " (expected: one with versions in " + folder + ")");
    }
    return SnapshotStore.open(folder, name(), settings.snapshots().keep());
  }

  private String name() {
    return ModelLibrary.name(model);
  }

  /** Returns what a server would tell of a store's versions, but for what is in use. */
  static JsonNode versions(SnapshotStore store) {
    Map<String, @Nullable Object> versions = new LinkedHashMap<>();
    versions.put("current", store.current().map(Snapshot::digest).orElse(null));
    versions.put(
        "data",
        VersionStore.of(store, "cpu").history().stream().map(SnapshotArguments::facts).toList());
    return JsonMapper.builder().build().valueToTree(versions);
  }

  private static Map<String, Object> facts(Snapshot snapshot) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("snapshot", snapshot.digest());
    facts.put("step", snapshot.step());
    facts.put("created", snapshot.published().getEpochSecond());
    facts.put("metrics", snapshot.metrics());
    return facts;
  }

  /** Prints a line for each version, the newest first, and what a server tells besides. */
  static void print(PrintWriter out, JsonNode versions) {
    String current = versions.path("current").asText();
    String canary = versions.at("/canary/snapshot").asText();
    out.printf("%-12s  %8s  %-20s  %-16s  %s%n", "version", "step", "published", "use", "metrics");
    for (JsonNode version : versions.path("data")) {
      String digest = version.path("snapshot").asText();
      String use =
          digest.equals(current)
              ? "current"
              : digest.equals(canary) ? "canary " + versions.at("/canary/share").asText() : "";
      List<String> metrics =
          version.path("metrics").properties().stream()
              .map(metric -> metric.getKey() + " " + "%.4g".formatted(metric.getValue().asDouble()))
              .toList();
      out.printf(
          "%-12.12s  %8d  %-20s  %-16s  %s%n",
          digest,
          version.path("step").asInt(),
          Instant.ofEpochSecond(version.path("created").asLong()),
          use,
          String.join(", ", metrics));
    }
    for (JsonNode used : versions.path("in_use")) {
      out.printf(
          "in use: %.12s, %d images%n",
          used.path("snapshot").asText(), used.path("images").asInt());
    }
    JsonNode refused = versions.path("refused");
    if (refused.isObject()) {
      out.printf(
          "refused: %.12s, %s%n",
          refused.path("snapshot").asText(), refused.path("reason").asText());
    }
    out.flush();
  }
}
