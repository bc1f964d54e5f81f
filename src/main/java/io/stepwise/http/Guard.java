package io.stepwise.http;

import io.stepwise.sampling.Client;
import io.stepwise.settings.HttpSettings;
import io.stepwise.telemetry.Meters;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.apache.pekko.http.javadsl.model.AttributeKeys;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.RemoteAddress;
import org.apache.pekko.http.javadsl.model.StatusCodes;

/**
 * Finds out who sends a request and whether they may, before anything but its head is read.
 *
 * <p>Where there are no keys, anybody may. Where there are, a key is needed for everything but
 * health, the page and the description of the API; metrics are also open to the machine itself.
 */
final class Guard {

  private static final ApiError WRONG =
      ApiError.invalid(
          StatusCodes.UNAUTHORIZED,
          "invalid_api_key",
          null,
          "Authorization: a key that is not known (expected: Bearer and a valid API key)");

  private static final ApiError MISSING =
      ApiError.invalid(
          StatusCodes.UNAUTHORIZED,
          "invalid_api_key",
          null,
          "Authorization: missing (expected: Bearer and an API key)");

  private final Keyring keys;
  private final Meters meters;
  private final LongSupplier nanoTime;

  Guard(HttpSettings settings, Meters meters, LongSupplier nanoTime) {
    this.keys = new Keyring(settings.apiKeys(), nanoTime.getAsLong());
    this.meters = meters;
    this.nanoTime = nanoTime;
  }

  /**
   * Returns the request with its {@link Caller} and without its key.
   *
   * @throws ApiException if its sender may not have it answered, now or ever
   */
  HttpRequest admit(HttpRequest request) {
    Optional<InetAddress> peer =
        request.getAttribute(AttributeKeys.remoteAddress).flatMap(RemoteAddress::getAddress);
    HttpRequest bare = Credentials.removed(request);
    if (keys.isEmpty() || RouteTemplates.of(request.getUri()).isOpenTo(peer)) {
      return Caller.mark(bare, anybody(peer));
    }
    Keyring.Entry key =
        Credentials.of(request)
            .map(presented -> keys.find(presented).orElseThrow(() -> refused(WRONG)))
            .orElseThrow(() -> refused(MISSING));
    key.countRequest(nanoTime.getAsLong())
        .ifPresent(
            later -> {
              throw refused(tooMany(key, later));
            });
    return Caller.mark(bare, key.client());
  }

  private ApiException refused(ApiError error) {
    meters.refused(error.code());
    return new ApiException(error);
  }

  private static ApiError tooMany(Keyring.Entry key, Duration later) {
    return new ApiError(
        StatusCodes.TOO_MANY_REQUESTS,
        ApiError.Type.RATE_LIMIT,
        "rate_limit_exceeded",
        null,
        "requests: too many (expected: at most " + key.requestsPerMinute() + " a minute)",
        later);
  }

  private static Client anybody(Optional<InetAddress> peer) {
    String owner = Client.ANYBODY.owner();
    return new Client(owner, peer.map(InetAddress::getHostAddress).orElse(owner));
  }
}
