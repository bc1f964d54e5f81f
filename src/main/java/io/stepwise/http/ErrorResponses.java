package io.stepwise.http;

import static org.apache.pekko.http.javadsl.server.Directives.complete;
import static org.apache.pekko.http.javadsl.server.Directives.extractMethod;
import static org.apache.pekko.http.javadsl.server.Directives.extractRequest;

import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.pekko.http.javadsl.model.HttpMethod;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.http.javadsl.server.ExceptionHandler;
import org.apache.pekko.http.javadsl.server.MethodRejection;
import org.apache.pekko.http.javadsl.server.Rejection;
import org.apache.pekko.http.javadsl.server.RejectionHandler;
import org.apache.pekko.http.javadsl.server.Route;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/** Answers to requests that no route answers, and to those on which a route fails. */
final class ErrorResponses {

  private static final Logger LOG = LoggerFactory.getLogger(ErrorResponses.class);
  private static final Duration ASK_AGAIN = Duration.ofSeconds(5);

  private ErrorResponses() {}

  /** Returns the route with an answer to everything. */
  static Route seal(Route route) {
    RejectionHandler rejections =
        RejectionHandler.newBuilder()
            .handleAll(MethodRejection.class, ErrorResponses::otherMethods)
            .handle(
                Rejection.class,
                rejection -> extractRequest(request -> complete(rejected(rejection, request))))
            .handleNotFound(extractRequest(request -> complete(notFound(request))))
            .build();
    ExceptionHandler exceptions =
        ExceptionHandler.newBuilder()
            .matchAny(failure -> extractRequest(request -> complete(failed(failure, request))))
            .build();
    return route.seal(rejections, exceptions);
  }

  /** Returns the answer to a request on which the server failed in this way. */
  static HttpResponse failed(Throwable failure, HttpRequest request) {
    return error(failure, level -> Exchange.about(request, LOG.atLevel(level))).response();
  }

  /** Returns the error of something on which the server failed in this way, and logs it. */
  static ApiError error(Throwable failure) {
    return error(failure, LOG::atLevel);
  }

  private static ApiError error(Throwable failure, Function<Level, LoggingEventBuilder> line) {
    if (failure instanceof CompletionException && failure.getCause() != null) {
      return error(failure.getCause(), line);
    }
    if (failure instanceof ApiException invalid) {
      return invalid.error();
    }
    if (failure instanceof TimeoutException) {
      line.apply(Level.WARN).log("the sampling service did not answer: {}", failure.getMessage());
      return ApiError.unavailable("no_answer", "the service did not answer in time", ASK_AGAIN);
    }
    line.apply(Level.ERROR).setCause(failure).log("a request failed");
    return new ApiError(
        StatusCodes.INTERNAL_SERVER_ERROR,
        ApiError.Type.SERVER,
        "internal_error",
        null,
        "the server failed on this request; its log says how",
        null);
  }

  /** Returns the answer to a request that took longer than any may. */
  static HttpResponse timedOut(HttpRequest request) {
    return InferenceErrors.shaped(
        request,
        ApiError.unavailable("timeout", "the request took too long", ASK_AGAIN).response());
  }

  /** Returns the answer to a request that a stopping server does not finish. */
  static HttpResponse shuttingDown() {
    return ApiError.unavailable("draining", "the server is shutting down", ASK_AGAIN).response();
  }

  private static Route otherMethods(List<MethodRejection> rejections) {
    String allowed =
        rejections.stream()
            .map(rejection -> rejection.supported())
            .flatMap(ErrorResponses::withImplied)
            .collect(Collectors.toCollection(TreeSet::new))
            .stream()
            .collect(Collectors.joining(", "));
    return extractMethod(method -> complete(methods(method, allowed)));
  }

  private static Stream<String> withImplied(HttpMethod method) {
    return method.equals(HttpMethods.GET)
        ? Stream.of("GET", "HEAD", "OPTIONS")
        : Stream.of(method.value(), "OPTIONS");
  }

  private static HttpResponse methods(HttpMethod method, String allowed) {
    HttpResponse response =
        method.equals(HttpMethods.OPTIONS)
            ? HttpResponse.create().withStatus(StatusCodes.NO_CONTENT)
            : ApiError.invalid(
                    StatusCodes.METHOD_NOT_ALLOWED,
                    "method_not_allowed",
                    null,
                    "method: " + method.value() + " (expected: " + allowed + ")")
                .response();
    return response.addHeader(RawHeader.create("Allow", allowed));
  }

  private static HttpResponse notFound(HttpRequest request) {
    String path = FieldValue.cut(request.getUri().path());
    return ApiError.notFound(
            "not_found", null, "path: " + path + " (expected: a route of this API)")
        .response();
  }

  private static HttpResponse rejected(Rejection rejection, HttpRequest request) {
    Exchange.about(request, LOG.atWarn())
        .log("a request was rejected by [{}]", rejection.getClass().getSimpleName());
    return ApiError.invalid(
            StatusCodes.BAD_REQUEST, "malformed_request", null, "the request is malformed")
        .response();
  }
}
