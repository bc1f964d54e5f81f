package io.stepwise.http;

import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Duration;
import org.apache.pekko.http.javadsl.model.AttributeKey;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCode;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.jspecify.annotations.Nullable;

/**
 * An error as clients see it, in the shape of OpenAI's API: {@code
 * {"error":{"message","type","param","code"}}}.
 *
 * @param code for programs to tell errors apart
 * @param param the field of the request that is wrong; null if it is none
 * @param message for people: the field, its value and what was expected
 * @param retryAfter when the same request may succeed; null if time alone does not help
 */
record ApiError(
    StatusCode status,
    Type type,
    String code,
    @Nullable String param,
    String message,
    @Nullable Duration retryAfter) {

  /** Where an answer carries the error that it tells. */
  static final AttributeKey<ApiError> KEY = AttributeKey.create("error", ApiError.class);

  private static final RawHeader CHALLENGE =
      RawHeader.create("WWW-Authenticate", "Bearer realm=\"stepwise\"");

  /** Who has to do something about an error. */
  enum Type {
    /** The client: the request is wrong. */
    INVALID_REQUEST("invalid_request_error"),
    /** The client: it has to wait. */
    RATE_LIMIT("rate_limit_error"),
    /** The operator. */
    SERVER("server_error");

    private final String name;

    Type(String name) {
      this.name = name;
    }

    @JsonValue
    String wireName() {
      return name;
    }
  }

  private record Body(Detail error) {}

  /** What the client is told of it, in JSON. */
  record Detail(String message, Type type, @Nullable String param, String code) {}

  /** Returns the error of a request that is wrong as it stands. */
  static ApiError invalid(StatusCode status, String code, @Nullable String param, String message) {
    return new ApiError(status, Type.INVALID_REQUEST, code, param, message, null);
  }

  /** Returns the error of a field: {@code steps: 0 (expected: 1 to 1000)}. */
  static ApiError invalidValue(String param, String value, String expectation) {
    String message = param + ": " + value + " (expected: " + expectation + ")";
    return invalid(StatusCodes.BAD_REQUEST, "invalid_value", param, message);
  }

  /** Returns the error of something that is not there. */
  static ApiError notFound(String code, @Nullable String param, String message) {
    return invalid(StatusCodes.NOT_FOUND, code, param, message);
  }

  /** Returns the error of a service that cannot do it now. */
  static ApiError unavailable(String code, String message, Duration retryAfter) {
    return new ApiError(
        StatusCodes.SERVICE_UNAVAILABLE, Type.SERVER, code, null, message, retryAfter);
  }

  /** Returns the exception that ends the handling of a request with this error. */
  ApiException exception() {
    return new ApiException(this);
  }

  /** Returns the error of a client that asks for more than it may have at a time. */
  static ApiError tooMuch(String code, String message, Duration retryAfter) {
    return new ApiError(
        StatusCodes.TOO_MANY_REQUESTS, Type.RATE_LIMIT, code, null, message, retryAfter);
  }

  Detail detail() {
    return new Detail(message, type, param, code);
  }

  /** Returns after how many whole seconds to try again; null if that does not help. */
  @Nullable Long retryAfterSeconds() {
    return retryAfter == null ? null : Math.max(1, retryAfter.plusNanos(999_999_999).toSeconds());
  }

  /**
   * Returns the answer that tells the error, and carries it for whoever has to tell it otherwise.
   */
  HttpResponse response() {
    HttpResponse answer = Json.response(status, new Body(detail())).addAttribute(KEY, this);
    HttpResponse response =
        status.equals(StatusCodes.UNAUTHORIZED) ? answer.addHeader(CHALLENGE) : answer;
    Long seconds = retryAfterSeconds();
    return seconds == null
        ? response
        : response.addHeader(RawHeader.create("Retry-After", Long.toString(seconds)));
  }
}
