package io.stepwise.http;

import io.stepwise.sampling.Client;
import io.stepwise.sampling.GenerationRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a request for images that are the same wherever one is made.
 *
 * <p>Checks types and what holds for every model; what depends on the model, such as its labels and
 * its most steps, is left to the service. OpenAI's fields that mean nothing here are taken at the
 * value that asks for nothing and refused at any other, so that nobody gets what was not asked for.
 */
final class GenerationFields {

  private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");

  private GenerationFields() {}

  /** Returns whether a request may have this id. */
  static boolean isId(String id) {
    return ID.matcher(id).matches();
  }

  /** Returns the fields in the order in which errors name them; the caller's to add to. */
  static <D extends Draft> Map<String, StrictJson.Field<D>> create() {
    Map<String, StrictJson.Field<D>> fields = new LinkedHashMap<>();
    fields.put("model", set(FieldValue::text, GenerationRequest.Builder::model));
    fields.put("prompt", set(FieldValue::text, GenerationRequest.Builder::prompt));
    fields.put("n", set(FieldValue::integer, GenerationRequest.Builder::n));
    fields.put("size", GenerationFields::readSize);
    fields.put("seed", set(FieldValue::wideInteger, GenerationRequest.Builder::seed));
    fields.put("steps", set(FieldValue::integer, GenerationRequest.Builder::steps));
    fields.put("solver", set(FieldValue::text, GenerationRequest.Builder::solver));
    fields.put("guidance", set(FieldValue::number, GenerationRequest.Builder::guidance));
    fields.put("eta", set(FieldValue::number, GenerationRequest.Builder::eta));
    fields.put(
        "deadline_ms",
        set(value -> Duration.ofMillis(value.wideInteger()), GenerationRequest.Builder::deadline));
    fields.put("priority", set(FieldValue::integer, GenerationRequest.Builder::priority));
    fields.put("id", GenerationFields::readId);
    putFieldsWithoutEffect(fields);
    return fields;
  }

  private static <D extends Draft> void putFieldsWithoutEffect(
      Map<String, StrictJson.Field<D>> fields) {
    fields.put("user", (value, draft) -> value.text());
    fields.put("response_format", (value, draft) -> value.oneOf("b64_json"));
    fields.put("output_format", (value, draft) -> value.oneOf("png"));
    fields.put("output_compression", (value, draft) -> requireInteger(value, 100));
    fields.put("quality", (value, draft) -> value.oneOf("auto", "standard"));
    fields.put("style", (value, draft) -> value.oneOf("natural"));
    fields.put("background", (value, draft) -> value.oneOf("auto", "opaque"));
    fields.put("moderation", (value, draft) -> value.oneOf("auto", "low"));
  }

  private static <D extends Draft, V> StrictJson.Field<D> set(
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
    String id = value.text();
    if (!isId(id)) {
      throw value.unexpected("1 to 64 letters, digits, underscores and dashes");
    }
    draft.id = id;
  }

  static void requireInteger(FieldValue value, int only) throws IOException {
    if (value.integer() != only) {
      throw value.unexpected(Integer.toString(only));
    }
  }

  private interface ValueReader<V> {

    V read(FieldValue value) throws IOException;
  }

  /** What was read so far. */
  static class Draft {

    @Nullable String id;
    final List<Consumer<GenerationRequest.Builder>> settings = new ArrayList<>();

    /** Returns the id that was given, or a random one. */
    final String idOrRandom() {
      return id == null ? UUID.randomUUID().toString() : id;
    }

    /** Returns a builder with all that was read so far. */
    final GenerationRequest.Builder builder(String generation, Client client) {
      GenerationRequest.Builder request = GenerationRequest.builder(generation).client(client);
      settings.forEach(setting -> setting.accept(request));
      return request;
    }
  }
}
