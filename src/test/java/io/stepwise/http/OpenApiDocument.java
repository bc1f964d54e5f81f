package io.stepwise.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** The description of the API, and what it says of an answer. */
final class OpenApiDocument {

  private final JsonNode root;
  private final JsonNode definitions;
  private final SchemaRegistry schemas =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

  private OpenApiDocument(JsonNode root) {
    this.root = root;
    this.definitions = root.at("/components/schemas").deepCopy();
    definitions.forEach(OpenApiDocument::close);
  }

  static OpenApiDocument parse(byte[] json) {
    try {
      return new OpenApiDocument(new ObjectMapper().readTree(json));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  JsonNode root() {
    return root;
  }

  /** Returns a named schema. */
  JsonNode schema(String name) {
    return root.at("/components/schemas/" + name);
  }

  /** Checks an answer against what the document says of its route, status and headers. */
  void check(String method, String path, Answer answer) {
    JsonNode response =
        root.path("paths")
            .path(path)
            .path(method.toLowerCase(Locale.ROOT))
            .path("responses")
            .path(Integer.toString(answer.status()));
    String what = method + " " + path + " " + answer.status();
    assertThat(response.isMissingNode()).as(what).isFalse();
    assertThat(answer.header("Content-Type")).as(what).contains("application/json");
    if (answer.header("Retry-After").isPresent()) {
      assertThat(response.path("headers").has("Retry-After")).as(what).isTrue();
    }
    JsonNode schema = response.at("/content/application~1json/schema");
    assertThat(errors(schema, new String(answer.body(), StandardCharsets.UTF_8)))
        .as(what)
        .isEmpty();
  }

  /** Returns what is wrong with a value by a named schema. */
  List<String> errorsOf(String schema, String json) {
    return errors(definitions.path(schema), json);
  }

  private List<String> errors(JsonNode schema, String json) {
    ObjectNode whole = schema.deepCopy();
    whole.set("$defs", definitions);
    String local = whole.toString().replace("#/components/schemas/", "#/$defs/");
    return schemas.getSchema(local).validate(json, InputFormat.JSON).stream()
        .map(Error::toString)
        .toList();
  }

  /** Has an answer with a field that is not described fail. */
  private static void close(JsonNode schema) {
    if (schema instanceof ObjectNode object && object.path("type").asText().equals("object")) {
      object.put("additionalProperties", false);
    }
    schema.forEach(OpenApiDocument::close);
  }
}
