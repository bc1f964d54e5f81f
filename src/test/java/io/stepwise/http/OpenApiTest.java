package io.stepwise.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** The description of the API beside the sources that answer it. */
class OpenApiTest {

  private static final Path SOURCES = Path.of("src/main/java/io/stepwise/http");
  private static final Pattern ROUTE =
      Pattern.compile("segment\\(\"[^\"]+\"\\)[^,]*|pathSingleSlash\\(\\(");
  private static final Pattern SEGMENT =
      Pattern.compile("\"([^\"]+)\"|segment\\(\\)|remaining\\(\\)");
  private static final Pattern CODE =
      Pattern.compile(
          "(?:notFound|unavailable|tooMuch|conflict|invalid)\\((?:[\\w.? :]+,)?\"([a-z_]+)\","
              + "|new ApiError\\([\\w.]+,[\\w.]+,\"([a-z_]+)\",");

  private final OpenApiDocument document = OpenApiDocument.parse(OpenApiRoutes.read());

  @Test
  void everyRouteOfTheServerIsDescribedAndNoOther() {
    Set<String> routes =
        sources()
            .flatMap(source -> ROUTE.matcher(source).results())
            .map(MatchResult::group)
            .map(OpenApiTest::path)
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(routes).contains("/v2", "/v1/models/{}", "/v2/models/{}/versions/{}/infer");
    assertThat(paths().map(path -> path.replaceAll("\\{[^}]*}(:\\w+)?", "{}")))
        .hasSameElementsAs(routes);
  }

  @Test
  void everyCodeOfAnErrorIsDescribedAndNoOther() {
    Set<String> codes =
        sources()
            .flatMap(source -> CODE.matcher(source).results())
            .map(code -> code.group(1) == null ? code.group(2) : code.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(codes).contains("queue_full", "internal_error", "invalid_json", "already_ended");
    JsonNode described = document.schema("Error").at("/properties/error/properties/code/enum");
    assertThat(texts(described)).hasSameElementsAs(codes).doesNotHaveDuplicates();
    assertThat(codes)
        .allSatisfy(code -> assertThat(read(Path.of("docs/api.md"))).contains("`" + code + "`"));
  }

  @Test
  void fieldsOfARequestAreThoseThatAreRead() {
    assertThat(names(document.schema("GenerationRequest").path("properties")))
        .hasSameElementsAs(GenerationRequestJson.fieldNames());
    assertThat(names(document.schema("InferenceRequest").path("properties")))
        .hasSameElementsAs(InferenceRequestJson.fieldNames());
    assertThat(names(document.schema("Activation").path("properties")))
        .hasSameElementsAs(ActivationJson.fieldNames());
    assertThat(names(document.schema("TrainingOrder").path("properties")))
        .hasSameElementsAs(TrainingOrderJson.fieldNames());
    assertThat(texts(document.schema("InferenceInput").at("/properties/name/enum")))
        .hasSameElementsAs(InferenceBatch.INPUTS);
    assertThat(texts(document.schema("InferenceInput").at("/properties/datatype/enum")))
        .containsExactlyElementsOf(
            Stream.of(InferenceType.values()).map(InferenceType::name).toList());
  }

  @Test
  void everyReferenceLeadsToSomething() {
    List<String> references = document.root().findValuesAsText("$ref");
    assertThat(references).hasSizeGreaterThan(50);
    assertThat(references)
        .allSatisfy(
            reference ->
                assertThat(document.root().at(reference.substring(1)).isMissingNode())
                    .as(reference)
                    .isFalse());
    assertThat(names(document.root().at("/components/schemas")))
        .filteredOn(name -> !name.endsWith("Event"))
        .allSatisfy(name -> assertThat(references).contains("#/components/schemas/" + name));
  }

  private Stream<String> paths() {
    return names(document.root().path("paths")).stream();
  }

  private static List<String> names(JsonNode object) {
    return object.properties().stream().map(Map.Entry::getKey).toList();
  }

  private static List<String> texts(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asText).toList();
  }

  /** Returns {@code /v1/models/{}} for what matches it. */
  private static String path(String matcher) {
    return SEGMENT
        .matcher(matcher)
        .results()
        .map(segment -> segment.group(1) == null ? "{}" : segment.group(1))
        .collect(Collectors.joining("/", "/", ""));
  }

  /** Returns the sources of the package without line breaks. */
  private static Stream<String> sources() {
    try (Stream<Path> files = Files.list(SOURCES)) {
      return files.toList().stream()
          .map(file -> read(file).replaceAll("\\s*\\n\\s*", "").replaceAll(",\\s+", ","));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
