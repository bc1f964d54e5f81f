package io.stepwise.http;

import io.stepwise.telemetry.Meters;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.apache.pekko.http.javadsl.model.AttributeKey;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.ResponseEntity;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * A request and its answer, which is logged in one line and counted when it has been given.
 *
 * <p>Its id is the client's own {@code X-Request-Id} if that is well-formed, else that of the
 * generation that was asked for, else a random one; every answer names it. Nothing else of what a
 * client sends is logged but its method: no path, no key, no body.
 */
final class Exchange {

  /** The header of requests and answers. */
  static final String REQUEST_ID = "X-Request-Id";

  private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);
  private static final AttributeKey<Exchange> KEY = AttributeKey.create("exchange", Exchange.class);
  private static final Pattern WELL_FORMED = Pattern.compile("[A-Za-z0-9._:-]{1,128}");
  private static final int FIRST_ERROR = 400;

  private final Meters meters;
  private final String method;
  private final RouteTemplates.Template route;
  private final Optional<String> given;
  private final String made = UUID.randomUUID().toString();
  private final long startedNanos = System.nanoTime();
  private final AtomicBoolean isOver = new AtomicBoolean();

  private Exchange(HttpRequest request, Meters meters) {
    this.meters = meters;
    this.method = request.method().value();
    this.route = RouteTemplates.of(request.getUri());
    this.given =
        request
            .getHeader(REQUEST_ID)
            .map(HttpHeader::value)
            .filter(id -> WELL_FORMED.matcher(id).matches());
  }

  /** Returns the request with the exchange that it begins. */
  static HttpRequest begin(HttpRequest request, Meters meters) {
    return request.addAttribute(KEY, new Exchange(request, meters));
  }

  /** Returns the answer to a request with its id; logs and counts it when it has been given. */
  static HttpResponse end(HttpRequest request, HttpResponse response) {
    return request
        .getAttribute(KEY)
        .map(exchange -> exchange.end(response, Caller.of(request).owner()))
        .orElse(response);
  }

  /** Begins a line of the log that belongs to a request. */
  static LoggingEventBuilder about(HttpRequest request, LoggingEventBuilder line) {
    return request
        .getAttribute(KEY)
        .map(exchange -> line.addKeyValue("request_id", exchange.given.orElse(exchange.made)))
        .orElse(line);
  }

  private HttpResponse end(HttpResponse response, String client) {
    Optional<String> generation = response.getHeader(REQUEST_ID).map(HttpHeader::value);
    String id = given.or(() -> generation).orElse(made);
    Runnable end =
        () -> {
          if (isOver.compareAndSet(false, true)) {
            over(response.status().intValue(), id, client, generation);
          }
        };
    HttpResponse named =
        response.removeHeader(REQUEST_ID).addHeader(RawHeader.create(REQUEST_ID, id));
    if (response.entity().isStrict()) {
      end.run();
      return named;
    }
    return named.withEntity(watched(response.entity(), end));
  }

  private void over(int status, String id, String client, Optional<String> generation) {
    Duration took = Duration.ofNanos(System.nanoTime() - startedNanos);
    meters.requestAnswered(route.text(), method, status, took);
    LoggingEventBuilder line =
        (route.isWatched() && status < FIRST_ERROR ? LOG.atDebug() : LOG.atInfo())
            .addKeyValue("method", method)
            .addKeyValue("route", route.text())
            .addKeyValue("status", status)
            .addKeyValue("ms", took.toMillis())
            .addKeyValue("request_id", id)
            .addKeyValue("client", client);
    generation.map(name -> line.addKeyValue("generation", name)).orElse(line).log("answered");
  }

  /** Returns the same content, which says when it has been sent or given up. */
  private static ResponseEntity watched(ResponseEntity entity, Runnable end) {
    Source<ByteString, ?> data =
        entity
            .getDataBytes()
            .watchTermination((unused, sent) -> sent.whenComplete((done, failure) -> end.run()));
    return entity.getContentLengthOption().isPresent()
        ? HttpEntities.create(
            entity.getContentType(), entity.getContentLengthOption().getAsLong(), data)
        : HttpEntities.create(entity.getContentType(), data);
  }
}
