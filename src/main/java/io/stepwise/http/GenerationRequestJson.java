package io.stepwise.http;

import io.stepwise.sampling.Client;
import io.stepwise.sampling.GenerationRequest;
import io.stepwise.sampling.Previews;
import java.io.IOException;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The body of {@code POST /v1/images/generations}: OpenAI's fields and ours. */
final class GenerationRequestJson {

  private static final int MOST_PARTIAL_IMAGES = 10_000;
  private static final Map<String, StrictJson.Field<Draft>> FIELDS = fields();

  private GenerationRequestJson() {}

  /**
   * What a body asks for.
   *
   * @param partials which steps are shown on the way; empty if the answer comes as a whole
   */
  record Order(GenerationRequest request, Optional<PartialImages> partials) {}

  /**
   * Returns the request; one without an id gets a random one.
   *
   * @throws ApiException naming the first field that is wrong
   */
  static Order parse(byte[] json, Client client) {
    return parse(json, client, Optional.empty());
  }

  /**
   * Returns the request of a client that may send it again under the same key, also when its
   * connection breaks: so it goes on without its client.
   */
  static Order parse(byte[] json, Client client, Optional<String> idempotencyKey) {
    Draft draft = new Draft();
    StrictJson.readObject(json, FIELDS, draft);
    GenerationRequest.Builder builder = draft.builder(draft.idOrRandom(), client);
    idempotencyKey.ifPresent(key -> builder.idempotencyKey(key).detached(true));
    GenerationRequest request = builder.build();
    int count = draft.partialImages;
    if (draft.isStreamed) {
      return streamed(builder, request.steps(), count);
    }
    if (count > 0) {
      throw unexpected(count, "0 where stream is not true");
    }
    return new Order(request, Optional.empty());
  }

  /** Returns the names of all fields that a request may have. */
  static Set<String> fieldNames() {
    return FIELDS.keySet();
  }

  private static Order streamed(
      GenerationRequest.Builder request, @Nullable Integer steps, int count) {
    PartialImages partials = new PartialImages(count);
    if (steps != null && steps >= 0 && count > steps) {
      throw unexpected(count, "0 to " + steps + ", the steps");
    }
    if (count > 0) {
      int every = steps == null ? 1 : partials.interval(steps);
      request.previews(new Previews(every, Previews.Kind.DENOISED));
    }
    return new Order(request.build(), Optional.of(partials));
  }

  private static Map<String, StrictJson.Field<Draft>> fields() {
    Map<String, StrictJson.Field<Draft>> fields = GenerationFields.create();
    fields.put("stream", (value, draft) -> draft.isStreamed = value.flag());
    fields.put("partial_images", GenerationRequestJson::readPartialImages);
    return Collections.unmodifiableMap(fields);
  }

  private static void readPartialImages(FieldValue value, Draft draft) throws IOException {
    int count = value.integer();
    if (count < 0 || count > MOST_PARTIAL_IMAGES) {
      throw value.unexpected("0 to the number of steps");
    }
    draft.partialImages = count;
  }

  private static ApiException unexpected(int count, String expectation) {
    return new ApiException(
        ApiError.invalidValue("partial_images", Integer.toString(count), expectation));
  }

  private static final class Draft extends GenerationFields.Draft {

    private boolean isStreamed;
    private int partialImages;
  }
}
