package io.stepwise.http;

import java.util.UUID;
import org.apache.pekko.event.LoggingAdapter;
import org.apache.pekko.http.ParsingErrorHandler;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.http.scaladsl.model.ErrorInfo;
import org.apache.pekko.http.scaladsl.model.StatusCode;
import org.apache.pekko.http.scaladsl.settings.ServerSettings;

/**
 * Answers to what is no HTTP request, or one beyond a limit of the parser. Pekko makes it by its
 * name.
 */
public final class MalformedRequests extends ParsingErrorHandler {

  private static final int FIRST_SERVER_ERROR = 500;

  @Override
  public HttpResponse handle(
      StatusCode status, ErrorInfo error, LoggingAdapter log, ServerSettings settings) {
    log.debug("malformed request: {}", error.summary());
    // Pekko calls an unknown method 501 and an unknown version 505; the client is to blame for
    // both.
    boolean blamesServer = status.intValue() >= FIRST_SERVER_ERROR;
    return ApiError.invalid(
            blamesServer ? StatusCodes.BAD_REQUEST : status,
            "malformed_request",
            null,
            error.summary())
        .response()
        .addHeader(RawHeader.create(Exchange.REQUEST_ID, UUID.randomUUID().toString()));
  }
}
