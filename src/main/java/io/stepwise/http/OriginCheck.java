package io.stepwise.http;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.StatusCodes;

/**
 * Which web pages may open websockets: browsers let any page do so and only say whose it is.
 *
 * <p>Those of the server itself may, and those that the operator allows. What sends no origin is no
 * browser.
 */
final class OriginCheck {

  private final List<String> allowed;

  /**
   * Allows further pages.
   *
   * @param allowed their origins, such as {@code https://example.org}; {@code *} for all
   */
  OriginCheck(List<String> allowed) {
    this.allowed = allowed.stream().map(OriginCheck::lowerCase).toList();
  }

  /** Returns why the page that sends a request may not; empty if it may. */
  Optional<ApiError> refusal(HttpRequest request) {
    Optional<String> origin = header(request, "Origin");
    if (origin.isEmpty() || allowed.contains("*") || allowed.contains(origin.get())) {
      return Optional.empty();
    }
    boolean isOwn =
        header(request, "Host").filter(host -> isSameHost(origin.get(), host)).isPresent();
    return isOwn
        ? Optional.empty()
        : Optional.of(
            ApiError.invalid(
                StatusCodes.FORBIDDEN,
                "origin_not_allowed",
                null,
                "Origin: "
                    + FieldValue.cut(origin.get())
                    + " (expected: this server's own, or one of http.allowed-origins)"));
  }

  private static boolean isSameHost(String origin, String host) {
    try {
      URI page = new URI(origin);
      URI server = new URI(page.getScheme() + "://" + host);
      return page.getHost() != null
          && page.getHost().equals(server.getHost())
          && port(page) == port(server);
    } catch (URISyntaxException e) {
      return false;
    }
  }

  private static int port(URI uri) {
    if (uri.getPort() >= 0) {
      return uri.getPort();
    }
    return "https".equals(uri.getScheme()) ? 443 : 80;
  }

  private static Optional<String> header(HttpRequest request, String name) {
    return request.getHeader(name).map(HttpHeader::value).map(OriginCheck::lowerCase);
  }

  private static String lowerCase(String text) {
    return text.toLowerCase(Locale.ROOT);
  }
}
