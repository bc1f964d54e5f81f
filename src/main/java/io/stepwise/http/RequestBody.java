package io.stepwise.http;

import io.stepwise.settings.HttpSettings;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.http.javadsl.model.HttpEntity;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.util.ByteString;

/**
 * Reads the whole body of a request, within a size and a time.
 *
 * <p>What goes beyond the size is read and thrown away, up to a point: a client that is still
 * sending when its connection is closed would see a broken connection instead of the answer.
 */
final class RequestBody {

  private static final long MOST_THROWN_AWAY = 64 << 20;

  private final long maxBytes;
  private final Duration timeout;
  private final Materializer materializer;

  RequestBody(HttpSettings settings, Materializer materializer) {
    this.maxBytes = settings.maxBodyBytes();
    this.timeout = settings.bodyTimeout();
    this.materializer = materializer;
  }

  /** Completes with the body, or fails with an {@link ApiException}. */
  CompletionStage<ByteString> read(HttpRequest request) {
    HttpEntity entity = request.entity();
    if (entity instanceof HttpEntity.Strict strict) {
      return strict.getData().size() > maxBytes
          ? CompletableFuture.failedStage(tooLarge())
          : CompletableFuture.completedStage(strict.getData());
    }
    long declared = entity.getContentLengthOption().orElse(0);
    if (declared > (isHeldBack(request) ? maxBytes : maxBytes + MOST_THROWN_AWAY)) {
      return CompletableFuture.failedStage(tooLarge());
    }
    Reading reading = new Reading();
    entity
        .withoutSizeLimit()
        .getDataBytes()
        .runWith(Sink.foreach(reading::add), materializer)
        .whenComplete((done, failure) -> reading.end(failure != null));
    return reading
        .body
        .orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS)
        .exceptionallyCompose(failure -> CompletableFuture.failedStage(reading.error(failure)));
  }

  /**
   * Reads a body and keeps nothing of it, within the same size and time; completes with whether all
   * of it has come. Never fails.
   */
  CompletionStage<Boolean> discard(HttpRequest request) {
    HttpEntity entity = request.entity();
    if (entity instanceof HttpEntity.Strict) {
      return CompletableFuture.completedStage(true);
    }
    if (isHeldBack(request)) {
      return CompletableFuture.completedStage(false);
    }
    return entity
        .withSizeLimit(maxBytes)
        .getDataBytes()
        .runWith(Sink.ignore(), materializer)
        .toCompletableFuture()
        .thenApply(done -> true)
        .completeOnTimeout(false, timeout.toNanos(), TimeUnit.NANOSECONDS)
        .exceptionally(failure -> false);
  }

  private static boolean isHeldBack(HttpRequest request) {
    return request.getHeader("Expect").isPresent();
  }

  private ApiException tooLarge() {
    return new ApiException(
        ApiError.invalid(
            StatusCodes.CONTENT_TOO_LARGE,
            "body_too_large",
            null,
            "body: more than " + maxBytes + " bytes (expected: at most " + maxBytes + ")"));
  }

  private ApiException late() {
    return new ApiException(
        ApiError.invalid(
            StatusCodes.REQUEST_TIMEOUT,
            "body_timeout",
            null,
            "body: not complete after "
                + timeout.toMillis()
                + " ms (expected: as many bytes as announced, in that time)"));
  }

  private static ApiException cutOff() {
    return new ApiException(
        ApiError.invalid(
            StatusCodes.BAD_REQUEST,
            "malformed_request",
            null,
            "body: cut off or badly chunked (expected: as many bytes as announced)"));
  }

  /** A body on its way. What comes after it was given up on is not looked at. */
  private final class Reading {

    private final CompletableFuture<ByteString> body = new CompletableFuture<>();
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private long received;
    private volatile boolean isTooLarge;

    void add(ByteString bytes) {
      received += bytes.size();
      if (received <= maxBytes) {
        kept.writeBytes(bytes.toArrayUnsafe());
        return;
      }
      isTooLarge = true;
      kept.reset();
      if (received > maxBytes + MOST_THROWN_AWAY) {
        body.completeExceptionally(tooLarge());
      }
    }

    void end(boolean broken) {
      if (broken) {
        body.completeExceptionally(cutOff());
      } else if (isTooLarge) {
        body.completeExceptionally(tooLarge());
      } else {
        body.complete(ByteString.fromArrayUnsafe(kept.toByteArray()));
      }
    }

    Throwable error(Throwable failure) {
      if (failure instanceof TimeoutException) {
        return isTooLarge ? tooLarge() : late();
      }
      return failure;
    }
  }
}
