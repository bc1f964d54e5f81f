package io.stepwise.http;

import static org.apache.pekko.http.javadsl.server.Directives.complete;
import static org.apache.pekko.http.javadsl.server.Directives.concat;
import static org.apache.pekko.http.javadsl.server.Directives.conditional;
import static org.apache.pekko.http.javadsl.server.Directives.get;
import static org.apache.pekko.http.javadsl.server.Directives.path;
import static org.apache.pekko.http.javadsl.server.Directives.pathSingleSlash;
import static org.apache.pekko.http.javadsl.server.Directives.reject;
import static org.apache.pekko.http.javadsl.server.Directives.respondWithHeaders;
import static org.apache.pekko.http.javadsl.server.PathMatchers.remaining;
import static org.apache.pekko.http.javadsl.server.PathMatchers.segment;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.http.javadsl.server.Route;

/**
 * The web page: files that lie in the jar, are read once and do not change. What is not in the list
 * is not there, whatever a path looks like.
 */
final class PageRoutes {

  /** Every file of the page. */
  static final List<String> FILES =
      List.of(
          "index.html",
          "icon.svg",
          "style/base.css",
          "style/layout.css",
          "style/generate.css",
          "style/fleet.css",
          "style/training.css",
          "early-theme.js",
          "main.js",
          "announcer.js",
          "colour.js",
          "dom.js",
          "icons.js",
          "status.js",
          "theme.js",
          "wire/connection.js",
          "wire/png.js",
          "wire/request.js",
          "wire/server.js",
          "generate/card.js",
          "generate/copy.js",
          "generate/form.js",
          "generate/gallery.js",
          "generate/generation.js",
          "generate/generations.js",
          "generate/save.js",
          "generate/scrubber.js",
          "generate/sheet.js",
          "generate/words.js",
          "fleet/clock.js",
          "fleet/figures.js",
          "fleet/fleet.js",
          "fleet/history.js",
          "fleet/inspector.js",
          "fleet/lanes.js",
          "fleet/percentiles.js",
          "fleet/replicas.js",
          "fleet/stage.js",
          "fleet/timeline.js",
          "training/controls.js",
          "training/curve.js",
          "training/samples.js",
          "training/training.js",
          "training/versions.js");

  /** The page loads, runs and reaches nothing but this server. */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:;"
          + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  /** A browser asks each time whether its copy is still good, so that no two versions mix. */
  private static final List<HttpHeader> HEADERS =
      List.of(
          RawHeader.create("Cache-Control", "no-cache"),
          RawHeader.create("Content-Security-Policy", POLICY),
          RawHeader.create("X-Content-Type-Options", "nosniff"),
          RawHeader.create("Referrer-Policy", "no-referrer"),
          RawHeader.create("Cross-Origin-Opener-Policy", "same-origin"));

  private final Map<String, PageFile> files =
      FILES.stream().collect(Collectors.toUnmodifiableMap(Function.identity(), PageFile::read));

  Route route() {
    return concat(
        pathSingleSlash(() -> file("index.html")),
        path(segment("page").slash(remaining()), this::file));
  }

  private Route file(String name) {
    PageFile file = files.get(name);
    if (file == null) {
      return reject();
    }
    return get(
        () ->
            respondWithHeaders(
                HEADERS, () -> conditional(file.tag(), () -> complete(response(file)))));
  }

  private static HttpResponse response(PageFile file) {
    return HttpResponse.create().withEntity(file.type(), file.content());
  }
}
