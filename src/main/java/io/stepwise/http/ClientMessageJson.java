package io.stepwise.http;

import io.stepwise.sampling.Client;
import io.stepwise.sampling.Previews;
import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads the messages of a websocket's client as strictly as the bodies of requests. */
final class ClientMessageJson {

  private static final String TYPES = "generate, cancel, watch, unwatch or ping";
  private static final int MOST_STEPS_BETWEEN = 10_000;

  private static final Map<String, StrictJson.Field<Draft>> GENERATE = generateFields();
  private static final Map<String, StrictJson.Field<Draft>> CANCEL = cancelFields();
  private static final Map<String, StrictJson.Field<Draft>> WATCH = watchFields();
  private static final Map<String, StrictJson.Field<Draft>> BARE = bareFields();

  private ClientMessageJson() {}

  /**
   * Returns the message; a generation without an id gets a random one.
   *
   * @throws ApiException naming the first thing that is wrong
   */
  static ClientMessage parse(byte[] json, Client client) {
    String type = StrictJson.peek(json, "type").orElse("");
    return switch (type) {
      case "generate" -> generate(read(json, GENERATE), client);
      case "cancel" -> new ClientMessage.Cancel(required("id", read(json, CANCEL).id));
      case "watch", "unwatch" -> {
        String topic = required("topic", read(json, WATCH).topic);
        yield new ClientMessage.Watch(
            ClientMessage.Topic.valueOf(topic.toUpperCase(Locale.ROOT)), type.equals("watch"));
      }
      case "ping" -> {
        read(json, BARE);
        yield new ClientMessage.Ping();
      }
      default -> throw untyped(json, type);
    };
  }

  /** Returns the id of the generation that a message asks for, if it says that well enough. */
  static Optional<String> idOfGeneration(byte[] json) {
    return StrictJson.peek(json, "type")
        .filter("generate"::equals)
        .flatMap(generate -> StrictJson.peek(json, "id"))
        .filter(GenerationFields::isId);
  }

  private static ClientMessage generate(Draft draft, Client client) {
    String id = draft.idOrRandom();
    Previews previews = draft.every == 0 ? null : new Previews(draft.every, draft.kind);
    return new ClientMessage.Generate(
        id,
        draft
            .builder(draft.isDetached ? id : UUID.randomUUID().toString(), client)
            .previews(previews)
            .detached(draft.isDetached)
            .build());
  }

  private static Draft read(byte[] json, Map<String, StrictJson.Field<Draft>> fields) {
    Draft draft = new Draft();
    StrictJson.readObject(json, fields, draft);
    return draft;
  }

  private static String required(String field, @Nullable String value) {
    if (value == null) {
      throw missing(field, field.equals("topic") ? "fleet or training" : "the id of a generation");
    }
    return value;
  }

  /** Says what is wrong with a message without a type that there is. */
  private static ApiException untyped(byte[] json, String type) {
    if (!type.isEmpty()) {
      return new ApiException(ApiError.invalidValue("type", FieldValue.quoted(type), TYPES));
    }
    read(json, GENERATE);
    return missing("type", TYPES);
  }

  private static ApiException missing(String field, String expectation) {
    return new ApiException(ApiError.invalidValue(field, "missing", expectation));
  }

  private static Map<String, StrictJson.Field<Draft>> generateFields() {
    Map<String, StrictJson.Field<Draft>> fields = bare();
    fields.putAll(GenerationFields.create());
    fields.put("stream", (value, draft) -> value.flag());
    fields.put("partial_images", (value, draft) -> GenerationFields.requireInteger(value, 0));
    fields.put("preview_every", ClientMessageJson::readEvery);
    fields.put("preview", ClientMessageJson::readKind);
    fields.put("detached", (value, draft) -> draft.isDetached = value.flag());
    return Collections.unmodifiableMap(fields);
  }

  private static Map<String, StrictJson.Field<Draft>> cancelFields() {
    Map<String, StrictJson.Field<Draft>> fields = bare();
    fields.put("id", Objects.requireNonNull(GENERATE.get("id")));
    return Collections.unmodifiableMap(fields);
  }

  private static Map<String, StrictJson.Field<Draft>> watchFields() {
    Map<String, StrictJson.Field<Draft>> fields = bare();
    fields.put("topic", (value, draft) -> draft.topic = value.oneOf("fleet", "training"));
    return Collections.unmodifiableMap(fields);
  }

  private static Map<String, StrictJson.Field<Draft>> bareFields() {
    return Collections.unmodifiableMap(bare());
  }

  private static Map<String, StrictJson.Field<Draft>> bare() {
    Map<String, StrictJson.Field<Draft>> fields = new LinkedHashMap<>();
    fields.put("type", (value, draft) -> value.text());
    return fields;
  }

  private static void readEvery(FieldValue value, Draft draft) throws IOException {
    int every = value.integer();
    if (every < 0 || every > MOST_STEPS_BETWEEN) {
      throw value.unexpected("0 to " + MOST_STEPS_BETWEEN);
    }
    draft.every = every;
  }

  private static void readKind(FieldValue value, Draft draft) throws IOException {
    draft.kind =
        value.oneOf("denoised", "noisy").equals("noisy")
            ? Previews.Kind.NOISY
            : Previews.Kind.DENOISED;
  }

  private static final class Draft extends GenerationFields.Draft {

    private int every = 1;
    private Previews.Kind kind = Previews.Kind.DENOISED;
    private boolean isDetached;
    private @Nullable String topic;
  }
}
