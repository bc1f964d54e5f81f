package io.stepwise.http;

import io.stepwise.sampling.Client;
import io.stepwise.settings.HttpSettings;
import java.net.InetAddress;
import java.util.Optional;
import org.apache.pekko.http.javadsl.model.AttributeKeys;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.RemoteAddress;
import org.apache.pekko.http.javadsl.model.StatusCodes;

/**
 * Finds out who sends a request, before anything but its head is read.
 *
 * <p>Where there are no keys, anybody may call. Where there are, a key is needed for everything but
 * health, the page and the description of the API; metrics are also open to the machine itself.
 */
final class Guard {

  private static final ApiError UNKNOWN = refusal("a key that is not known");
  private static final ApiError MISSING = refusal("missing");

  private final Keyring keys;

  Guard(HttpSettings settings) {
    this.keys = new Keyring(settings.apiKeys());
  }

  /**
   * Returns the request with its {@link Caller} and without its key.
   *
   * @throws ApiException if there should be a key and is none, or one that is not known
   */
  HttpRequest admit(HttpRequest request) {
    Optional<InetAddress> peer =
        request.getAttribute(AttributeKeys.remoteAddress).flatMap(RemoteAddress::getAddress);
    boolean isOpen = keys.isEmpty() || RouteTemplates.of(request.getUri()).isOpenTo(peer);
    Client client = isOpen ? anybody(peer) : holder(request);
    return Caller.mark(Credentials.removed(request), client);
  }

  private Client holder(HttpRequest request) {
    String key = Credentials.of(request).orElseThrow(() -> new ApiException(MISSING));
    return keys.find(key).orElseThrow(() -> new ApiException(UNKNOWN));
  }

  private static Client anybody(Optional<InetAddress> peer) {
    String owner = Client.ANYBODY.owner();
    return new Client(owner, peer.map(InetAddress::getHostAddress).orElse(owner));
  }

  private static ApiError refusal(String what) {
    return ApiError.invalid(
        StatusCodes.UNAUTHORIZED,
        "invalid_api_key",
        null,
        "Authorization: " + what + " (expected: Bearer and a valid API key)");
  }
}
