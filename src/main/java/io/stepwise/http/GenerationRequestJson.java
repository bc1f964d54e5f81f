package io.stepwise.http;

import io.stepwise.sampling.Client;
import io.stepwise.sampling.GenerationRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * The body of {@code POST /v1/images/generations}: OpenAI's fields and ours.
 *
 * <p>Checks types and what holds for every model; what depends on the model, such as its labels and
 * its most steps, is left to the service. OpenAI's fields that mean nothing here are taken at the
 * value that asks for nothing and refused at any other, so that nobody gets what was not asked for.
 */
final class GenerationRequestJson {

  private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");
  private static final Map<String, StrictJson.Field<Draft>> FIELDS = fields();

  private GenerationRequestJson() {}

  /**
   * Returns the request; one without an id gets a random one.
   *
   * @throws ApiException naming the first field that is wrong
   */
  static GenerationRequest parse(byte[] json, Client client) {
    Draft draft = new Draft();
    StrictJson.readObject(json, FIELDS, draft);
    GenerationRequest.Builder request = GenerationRequest.builder(draft.id).client(client);
    draft.settings.forEach(setting -> setting.accept(request));
    return request.build();
  }

  /** Returns the names of all fields that a request may have. */
  static Set<String> fieldNames() {
    return FIELDS.keySet();
  }

  /** Returns whether a request may have this id. */
  static boolean isId(String id) {
    return ID.matcher(id).matches();
  }

  private static Map<String, StrictJson.Field<Draft>> fields() {
    Map<String, StrictJson.Field<Draft>> fields = new LinkedHashMap<>();
    fields.put("model", set(FieldValue::text, GenerationRequest.Builder::model));
    fields.put("prompt", set(FieldValue::text, GenerationRequest.Builder::prompt));
    fields.put("n", set(FieldValue::integer, GenerationRequest.Builder::n));
    fields.put("size", GenerationRequestJson::readSize);
    fields.put("seed", set(FieldValue::wideInteger, GenerationRequest.Builder::seed));
    fields.put("steps", set(FieldValue::integer, GenerationRequest.Builder::steps));
    fields.put("solver", set(FieldValue::text, GenerationRequest.Builder::solver));
    fields.put("guidance", set(FieldValue::number, GenerationRequest.Builder::guidance));
    fields.put("eta", set(FieldValue::number, GenerationRequest.Builder::eta));
    fields.put(
        "deadline_ms",
        set(value -> Duration.ofMillis(value.wideInteger()), GenerationRequest.Builder::deadline));
    fields.put("priority", set(FieldValue::integer, GenerationRequest.Builder::priority));
    fields.put("id", GenerationRequestJson::readId);
    putFieldsWithoutEffect(fields);
    return Collections.unmodifiableMap(fields);
  }

  private static void putFieldsWithoutEffect(Map<String, StrictJson.Field<Draft>> fields) {
    fields.put("user", (value, draft) -> value.text());
    fields.put("response_format", (value, draft) -> value.oneOf("b64_json"));
    fields.put("output_format", (value, draft) -> value.oneOf("png"));
    fields.put("output_compression", (value, draft) -> requireInteger(value, 100));
    fields.put("stream", (value, draft) -> requireWholeAnswer(value));
    fields.put("partial_images", (value, draft) -> requireInteger(value, 0));
    fields.put("quality", (value, draft) -> value.oneOf("auto", "standard"));
    fields.put("style", (value, draft) -> value.oneOf("natural"));
    fields.put("background", (value, draft) -> value.oneOf("auto", "opaque"));
    fields.put("moderation", (value, draft) -> value.oneOf("auto", "low"));
  }

  private static <V> StrictJson.Field<Draft> set(
      ValueReader<V> reader, BiConsumer<GenerationRequest.Builder, V> setter) {
    return (value, draft) -> {
      V read = reader.read(value);
      draft.settings.add(request -> setter.accept(request, read));
    };
  }

  private static void readSize(FieldValue value, Draft draft) throws IOException {
    String size = value.text();
    if (!size.equals("auto")) {
      draft.settings.add(request -> request.size(size));
    }
  }

  private static void readId(FieldValue value, Draft draft) throws IOException {
    draft.id = value.text();
    if (!isId(draft.id)) {
      throw value.unexpected("1 to 64 letters, digits, underscores and dashes");
    }
  }

  private static void requireInteger(FieldValue value, int only) throws IOException {
    if (value.integer() != only) {
      throw value.unexpected(Integer.toString(only));
    }
  }

  private static void requireWholeAnswer(FieldValue value) throws IOException {
    if (value.flag()) {
      throw value.unexpected("false; this server sends whole answers only");
    }
  }

  private interface ValueReader<V> {

    V read(FieldValue value) throws IOException;
  }

  /** What was read so far. */
  private static final class Draft {

    private String id = UUID.randomUUID().toString();
    private final List<Consumer<GenerationRequest.Builder>> settings = new ArrayList<>();
  }
}
