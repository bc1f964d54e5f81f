package io.stepwise.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.stepwise.settings.NodeRole;
import io.stepwise.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code docker-compose.yml} and what goes over it, without an engine. */
final class ComposeFileTest {

  private static final Path SCHEMA = Path.of("src/test/resources/compose-spec/compose-spec.json");

  /** What the draft that the schema names, by another name than its own, does not know. */
  private static final List<String> NO_KEYWORDS = List.of("$schema", "id");

  /** Variables that are read before any settings, by the program or by {@code bin/stepwise}. */
  private static final Set<String> EARLY = Set.of("STEPWISE_LOG_FORMAT", "STEPWISE_JAVA_OPTIONS");

  private static final Pattern HEAP = Pattern.compile("-Xmx(\\d+)m");

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"docker-compose.yml", "deploy/tls.yml"})
  void fileIsAsTheSpecificationSays(String file) {
    JsonNode schema = Deployment.json(SCHEMA);
    schema.findParents("id").stream()
        .filter(part -> part.path("id").isTextual())
        .forEach(part -> ((ObjectNode) part).remove(NO_KEYWORDS));
    assertThat(
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2019_09)
                .getSchema(schema.toString())
                .validate(Deployment.yaml(Path.of(file)).toString(), InputFormat.JSON))
        .isEmpty();
  }

  @Test
  void everyNodeReadsItsVariablesAndCanBeReachedByTheOthers() throws IOException {
    Set<String> addresses = new HashSet<>();
    Set<List<String>> seeds = new HashSet<>();
    Set<NodeRole> roles = new TreeSet<>();
    for (Map.Entry<String, JsonNode> node : Deployment.nodes().entrySet()) {
      Settings settings = Deployment.settings(node.getValue(), keys());
      JsonNode network = node.getValue().path("networks").path("nodes").path("aliases");
      assertThat(network).extracting(JsonNode::asText).contains(settings.cluster().host());
      assertThat(settings.cluster().enabled()).isTrue();
      assertThat(settings.http().host()).as(node.getKey()).isEqualTo("0.0.0.0");
      addresses.add(settings.cluster().host() + ":" + settings.cluster().port());
      seeds.add(settings.cluster().seeds());
      roles.addAll(settings.cluster().roles());
    }
    assertThat(seeds).hasSize(1);
    assertThat(addresses).hasSize(Deployment.nodes().size()).containsAll(seeds.iterator().next());
    assertThat(roles).containsExactly(NodeRole.values());
  }

  @Test
  void everyVariableOfANodeIsRead() throws IOException {
    String settings = Files.readString(Path.of("conf/stepwise.conf"));
    Deployment.nodes()
        .forEach(
            (name, node) ->
                assertThat(Deployment.environment(node).keySet())
                    .as(name)
                    .allMatch(
                        variable ->
                            EARLY.contains(variable) || settings.contains("${?" + variable + "}")));
  }

  @Test
  void nodesAreGivenTheTimeThatTheyTakeToStop() throws IOException {
    for (JsonNode node : Deployment.nodes().values()) {
      Settings settings = Deployment.settings(node, keys());
      assertThat(Deployment.seconds(node.path("stop_grace_period").asText()))
          .isGreaterThan((int) settings.http().shutdownGrace().toSeconds() + 20);
    }
  }

  @Test
  void nodesAreNoRootUsersAndHaveLimits() {
    Deployment.nodes()
        .forEach(
            (name, node) -> {
              assertThat(node.path("user").asText()).as(name).isEqualTo("10001:10001");
              assertThat(node.path("tmpfs").path(0).asText()).as(name).contains("exec");
              assertThat(megabytes(node.at("/deploy/resources/limits/memory").asText()))
                  .as(name)
                  .isGreaterThan(2 * heapMegabytes(node));
            });
    Deployment.services()
        .forEach(
            (name, service) -> {
              assertThat(service.path("read_only").asBoolean()).as(name).isTrue();
              assertThat(service.path("cap_drop").path(0).asText()).as(name).isEqualTo("ALL");
              assertThat(service.path("security_opt").path(0).asText())
                  .as(name)
                  .isEqualTo("no-new-privileges:true");
              assertThat(service.path("healthcheck").path("test").size()).as(name).isPositive();
              assertThat(service.at("/deploy/resources/limits/cpus").isTextual()).as(name).isTrue();
              assertThat(service.path("image").asText()).as(name).matches("[a-z/]+:v?\\d+\\.\\d.*");
            });
  }

  @Test
  void imagesOfNodesAreOfThisVersion() throws IOException {
    String version =
        Files.readString(Path.of("pom.xml"))
            .replaceFirst("(?s).*?<version>(.*?)</version>.*", "$1");
    Deployment.nodes()
        .forEach(
            (name, node) ->
                assertThat(node.path("image").asText()).as(name).startsWith("stepwise:" + version));
  }

  @Test
  void nothingSecretIsInTheFile() {
    List<String> secrets = new ArrayList<>();
    Deployment.services()
        .forEach(
            (name, service) ->
                Deployment.environment(service).keySet().stream()
                    .filter(
                        variable ->
                            variable.toUpperCase(Locale.ROOT).matches(".*(KEY|PASSW|SECRET).*"))
                    .filter(variable -> !variable.endsWith("_FILE"))
                    .forEach(secrets::add));
    assertThat(secrets).isEmpty();
  }

  @Test
  void secretsThatAreMadeAreThoseThatAreMounted() throws IOException {
    Path keys = keys();
    Deployment.yaml(Deployment.COMPOSE)
        .path("secrets")
        .forEach(
            secret ->
                assertThat(keys.resolveSibling(Path.of(secret.path("file").asText()).getFileName()))
                    .isNotEmptyFile());
    assertThat(
            Settings.parse("stepwise.http { host = 0.0.0.0, api-keys-file = \"" + keys + "\" }")
                .http()
                .apiKeys())
        .extracting(key -> key.name())
        .containsExactly("client", "prometheus");
  }

  @Test
  void tlsIsForEveryNode() {
    assertThat(Deployment.yaml(Path.of("deploy/tls.yml")).path("services").fieldNames())
        .toIterable()
        .containsExactlyInAnyOrderElementsOf(Deployment.nodes().keySet());
  }

  /** Makes the secrets, and returns the file of keys. */
  private Path keys() throws IOException {
    Path keys = folder.resolve("api-keys.conf");
    if (!Files.exists(keys)) {
      Process process =
          new ProcessBuilder("deploy/make-secrets", folder.toString())
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      assertThat(process.onExit().join().exitValue()).isZero();
    }
    return keys;
  }

  private static int heapMegabytes(JsonNode node) {
    String options = node.path("environment").path("STEPWISE_JAVA_OPTIONS").asText();
    return HEAP.matcher(options)
        .results()
        .mapToInt(match -> Integer.parseInt(match.group(1)))
        .findFirst()
        .orElseThrow();
  }

  private static int megabytes(String text) {
    int number = Integer.parseInt(text.substring(0, text.length() - 1));
    return text.endsWith("g") ? 1024 * number : number;
  }
}
