package io.stepwise.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigResolveOptions;
import io.stepwise.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** What is in {@code docker-compose.yml} and in the files that it mounts. */
final class Deployment {

  static final Path COMPOSE = Path.of("docker-compose.yml");
  static final Path FOLDER = Path.of("deploy");

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern SECONDS = Pattern.compile("(\\d+)s");

  private Deployment() {}

  /** Returns a YAML file, its anchors and merges resolved. */
  static JsonNode yaml(Path file) {
    try {
      Yaml yaml = new Yaml(new SafeConstructor(new LoaderOptions()));
      return JSON.valueToTree(yaml.<Object>load(Files.readString(file)));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  static JsonNode json(Path file) {
    try {
      return JSON.readTree(file.toFile());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Returns all services by name. */
  static Map<String, JsonNode> services() {
    Map<String, JsonNode> services = new TreeMap<>();
    yaml(COMPOSE)
        .path("services")
        .properties()
        .forEach(e -> services.put(e.getKey(), e.getValue()));
    return services;
  }

  /** Returns the services that are nodes of the cluster, by name. */
  static Map<String, JsonNode> nodes() {
    Map<String, JsonNode> nodes = services();
    nodes.values().removeIf(service -> role(service).isEmpty());
    return nodes;
  }

  /** Returns what a node does; empty for another service. */
  static String role(JsonNode service) {
    return service.path("environment").path("STEPWISE_CLUSTER_ROLES").asText();
  }

  /** Returns the variables of a service. */
  static Map<String, Object> environment(JsonNode service) {
    Map<String, Object> environment = new LinkedHashMap<>();
    service
        .path("environment")
        .properties()
        .forEach(variable -> environment.put(variable.getKey(), variable.getValue().asText()));
    return environment;
  }

  /**
   * Returns the settings that a node reads from its variables.
   *
   * @param keys the file that stands for the mounted one
   */
  static Settings settings(JsonNode service, Path keys) {
    Map<String, Object> environment = environment(service);
    environment.put("STEPWISE_HTTP_API_KEYS_FILE", keys.toString());
    Config resolved =
        ConfigFactory.parseMap(environment)
            .withFallback(ConfigFactory.parseFile(Path.of("conf/stepwise.conf").toFile()))
            .resolve(ConfigResolveOptions.noSystem());
    return Settings.parse(resolved.withOnlyPath("stepwise").root().render());
  }

  /** Returns a time of whole seconds, as {@code 90s}. */
  static int seconds(String text) {
    Matcher matcher = SECONDS.matcher(text);
    if (!matcher.matches()) {
      throw new AssertionError(text + " (expected: seconds, as 90s)");
    }
    return Integer.parseInt(matcher.group(1));
  }
}
