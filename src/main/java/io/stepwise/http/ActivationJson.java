package io.stepwise.http;

import java.io.IOException;
import java.util.Map;
import java.util.Set;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.jspecify.annotations.Nullable;

/**
 * How a version is to be taken into use.
 *
 * @param canary share of the new images that are to begin on it; null for all of them
 */
record ActivationJson(@Nullable Double canary) {

  private static final Map<String, StrictJson.Field<Draft>> FIELDS =
      Map.of("canary", ActivationJson::readCanary);

  private static final class Draft {

    @Nullable Double canary;
  }

  /**
   * Reads the body of a request, which may be empty.
   *
   * @throws ApiException naming the first thing that is wrong
   */
  static ActivationJson parse(HttpRequest request) {
    Draft draft = new Draft();
    byte[] body = JsonBody.optional(request);
    if (body.length > 0) {
      StrictJson.readObject(body, FIELDS, draft);
    }
    return new ActivationJson(draft.canary);
  }

  /** Returns the names of all fields. */
  static Set<String> fieldNames() {
    return FIELDS.keySet();
  }

  private static void readCanary(FieldValue value, Draft draft) throws IOException {
    double share = value.number();
    if (!(share > 0 && share < 1)) {
      throw value.unexpected("more than 0 and less than 1");
    }
    draft.canary = share;
  }
}
