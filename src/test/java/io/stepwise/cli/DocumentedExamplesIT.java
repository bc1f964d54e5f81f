package io.stepwise.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The examples in the documents, run one after the other against a server of the shipped model.
 *
 * <p>A block {@code sh} must succeed, and so must the commands behind the prompts of a block {@code
 * console}. A block {@code json} is what the commands before it print: the same keys and types.
 */
final class DocumentedExamplesIT {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ADDRESS = "localhost:8080";

  /** Ends what a script leaves in the background when it ends. */
  private static final String END_JOBS = "trap 'kill $(jobs -p) 2> /dev/null || true; wait' EXIT\n";

  private static ServerProcess server;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    server = ServerProcess.start(List.of());
    server.awaitReady();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @ParameterizedTest
  @CsvSource({"README.md, 1, 0", "docs/api.md, 8, 6", "docs/operations.md, 1, 0"})
  void examplesDoAsTheDocumentSays(
      Path document, int leastCommands, int leastAnswers, @TempDir Path folder)
      throws IOException, InterruptedException {
    for (String linked : List.of("bin", "conf")) {
      Files.createSymbolicLink(folder.resolve(linked), Path.of(linked).toAbsolutePath());
    }
    int commands = 0;
    int answers = 0;
    String printed = "";
    for (MarkdownBlock block : MarkdownBlock.read(document)) {
      if (block.isCommand()) {
        printed = run(block, folder);
        commands++;
      } else if (block.language().equals("json")) {
        JsonNode real = parse(block.place() + ", printed by the block before", printed);
        assertThat(JsonShape.differences(parse(block.place(), block.text()), real))
            .as("%s, really %s", block.place(), real)
            .isEmpty();
        answers++;
      }
    }
    assertThat(commands).isGreaterThanOrEqualTo(leastCommands);
    assertThat(answers).isGreaterThanOrEqualTo(leastAnswers);
  }

  @Test
  void shapesThatDifferAreTold() throws IOException {
    JsonNode shown = JSON.readTree("{\"a\": [{\"b\": 1}], \"c\": \"x\", \"d\": null}");
    assertThat(JsonShape.differences(shown, shown)).isEmpty();
    JsonNode real = JSON.readTree("{\"a\": [{\"e\": 1}], \"c\": 1, \"d\": 2}");
    assertThat(JsonShape.differences(shown, real))
        .containsExactly("/a/0: [b], really [e]", "/c: STRING, really NUMBER");
  }

  private static String run(MarkdownBlock block, Path folder)
      throws IOException, InterruptedException {
    Path output = folder.resolve("output");
    Path errors = folder.resolve("errors");
    ProcessBuilder builder =
        new ProcessBuilder("bash", "-euo", "pipefail", "-c", END_JOBS + script(block))
            .directory(folder.toFile())
            .redirectOutput(output.toFile())
            .redirectError(errors.toFile());
    // A server that an example starts takes a free port, so as not to meet the one under test.
    builder.environment().put("STEPWISE_HTTP_PORT", "0");
    Process process = builder.start();
    try {
      assertThat(process.waitFor(2, TimeUnit.MINUTES)).as(block.place()).isTrue();
      assertThat(process.exitValue())
          .as("%s: %s", block.place(), Files.readString(errors))
          .isZero();
      return Files.readString(output);
    } finally {
      process.destroyForcibly();
    }
  }

  private static String script(MarkdownBlock block) {
    return block
        .script()
        .replace("http://" + ADDRESS, server.uri("").toString())
        .replace(ADDRESS, server.uri("").toString());
  }

  private static JsonNode parse(String place, String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError(place + ": no JSON: " + text, e);
    }
  }
}
