package io.stepwise.http;

import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.HttpEntity;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.StatusCodes;

/** The body of a request that must say that it is JSON. */
final class JsonBody {

  /** What the server takes a body for whose type is not stated. */
  private static final String UNSTATED = "octet-stream";

  private JsonBody() {}

  /**
   * Returns the bytes of the body, which must have been read already.
   *
   * @throws ApiException if it claims to be something else, or to be compressed
   */
  static byte[] of(HttpRequest request) {
    return read(request, false);
  }

  /**
   * Returns the bytes of the body, which must have been read already, of a client that need not say
   * that it is JSON.
   *
   * @throws ApiException if it claims to be something else, or to be compressed
   */
  static byte[] assumed(HttpRequest request) {
    return read(request, true);
  }

  /** Returns the bytes of a body that may be missing, as {@link #of} does; then there are none. */
  static byte[] optional(HttpRequest request) {
    return request.entity().isKnownEmpty() ? new byte[0] : of(request);
  }

  private static byte[] read(HttpRequest request, boolean mayBeUnstated) {
    String encoding =
        request.getHeader("Content-Encoding").map(HttpHeader::value).orElse("identity");
    if (!encoding.equalsIgnoreCase("identity")) {
      throw unsupported("Content-Encoding", encoding, "none");
    }
    if (!(request.entity() instanceof HttpEntity.Strict entity)) {
      throw new IllegalStateException("body: " + request.entity() + " (expected: a strict one)");
    }
    ContentType type = entity.getContentType();
    String subType = type.mediaType().isApplication() ? type.mediaType().subType() : "";
    if (!subType.equals("json") && !(mayBeUnstated && subType.equals(UNSTATED))) {
      throw unsupported("Content-Type", type.toString(), "application/json");
    }
    return entity.getData().toArray();
  }

  private static ApiException unsupported(String header, String value, String expectation) {
    String message = header + ": " + FieldValue.cut(value) + " (expected: " + expectation + ")";
    return new ApiException(
        ApiError.invalid(
            StatusCodes.UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", header, message));
  }
}
