package io.stepwise.http;

import static org.apache.pekko.http.javadsl.server.Directives.complete;
import static org.apache.pekko.http.javadsl.server.Directives.get;
import static org.apache.pekko.http.javadsl.server.Directives.path;
import static org.apache.pekko.http.javadsl.server.PathMatchers.segment;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.server.Route;

/** Gives the description of the API for programs, which is written by hand: OpenAPI 3.1. */
final class OpenApiRoutes {

  private static final String RESOURCE = "/openapi.json";

  private final HttpResponse document =
      HttpResponse.create().withEntity(ContentTypes.APPLICATION_JSON, read());

  Route route() {
    return path(segment("openapi.json"), () -> get(() -> complete(document)));
  }

  static byte[] read() {
    try (InputStream document = OpenApiRoutes.class.getResourceAsStream(RESOURCE)) {
      return Objects.requireNonNull(document, RESOURCE).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(RESOURCE, e);
    }
  }
}
