package io.stepwise.http;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.http.javadsl.model.Uri;

/** What the routes are called in logs and metrics: by their templates, however many paths fit. */
final class RouteTemplates {

  /**
   * The template of a route.
   *
   * @param text such as {@code /v1/generations/{id}}
   * @param isWatched whether it is asked again and again by those who watch the server
   * @param access who may without a key
   */
  record Template(String text, boolean isWatched, Access access) {

    /** Returns whether a peer needs no key. */
    boolean isOpenTo(Optional<InetAddress> peer) {
      return access == Access.OPEN
          || (access == Access.LOCAL && peer.filter(InetAddress::isLoopbackAddress).isPresent());
    }

    private boolean fits(List<String> path) {
      List<String> pattern = segments(text);
      if (pattern.size() != path.size()) {
        return false;
      }
      for (int i = 0; i < path.size(); i++) {
        if (!pattern.get(i).startsWith("{") && !pattern.get(i).equals(path.get(i))) {
          return false;
        }
      }
      return true;
    }
  }

  /** Who may use a route without a key where there are keys. */
  enum Access {
    /** Everybody. */
    OPEN,
    /** Whoever connects from the machine itself. */
    LOCAL,
    /** Nobody. */
    KEY
  }

  private static final Template PAGE = new Template("page", false, Access.OPEN);
  private static final Template OTHER = new Template("other", false, Access.KEY);

  private static final List<Template> ALL =
      List.of(
          new Template("/v2/health/live", true, Access.OPEN),
          new Template("/v2/health/ready", true, Access.OPEN),
          new Template("/metrics", true, Access.LOCAL),
          new Template("/openapi.json", false, Access.OPEN),
          withKey("/v1/images/generations"),
          withKey("/v1/generations/{id}"),
          withKey("/v1/models"),
          withKey("/v1/models/{model}"),
          withKey("/v1/models/{model}/snapshots"),
          withKey("/v1/models/{model}/snapshots/{snapshot}"),
          withKey("/v1/fleet"),
          withKey("/v1/stream"),
          withKey("/v1/training"),
          withKey("/v1/training:pause"),
          withKey("/v1/training:resume"),
          withKey("/v2"),
          withKey("/v2/models/{model}"),
          withKey("/v2/models/{model}/ready"),
          withKey("/v2/models/{model}/infer"),
          withKey("/v2/models/{model}/versions/{version}"),
          withKey("/v2/models/{model}/versions/{version}/ready"),
          withKey("/v2/models/{model}/versions/{version}/infer"));

  private RouteTemplates() {}

  /**
   * Returns the template of a path: {@code page} for a file of the web page, else {@code other}.
   */
  static Template of(Uri uri) {
    List<String> path = new ArrayList<>();
    uri.pathSegments().forEach(path::add);
    if (isPageFile(path)) {
      return PAGE;
    }
    return ALL.stream().filter(template -> template.fits(path)).findFirst().orElse(OTHER);
  }

  private static boolean isPageFile(List<String> path) {
    return path.isEmpty() || path.get(0).equals("page");
  }

  private static Template withKey(String text) {
    return new Template(text, false, Access.KEY);
  }

  private static List<String> segments(String text) {
    return List.of(text.substring(1).split("/", -1));
  }
}
