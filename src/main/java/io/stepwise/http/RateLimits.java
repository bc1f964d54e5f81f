package io.stepwise.http;

import io.stepwise.sampling.Client;
import io.stepwise.settings.ApiKey;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.apache.pekko.http.javadsl.model.StatusCodes;

/** How many requests the holder of each key may send. Thread safe. */
final class RateLimits {

  /** Any number of requests. */
  static final RateLimits NONE = new RateLimits(List.of(), () -> 0);

  private record Limit(int perMinute, TokenBucket left) {}

  private final Map<String, Limit> limits;
  private final LongSupplier nanoTime;

  RateLimits(List<ApiKey> keys, LongSupplier nanoTime) {
    long now = nanoTime.getAsLong();
    this.nanoTime = nanoTime;
    this.limits =
        keys.stream()
            .filter(key -> key.requestsPerMinute() != ApiKey.UNLIMITED)
            .collect(
                Collectors.toUnmodifiableMap(
                    ApiKey::name,
                    key ->
                        new Limit(
                            key.requestsPerMinute(),
                            new TokenBucket(key.requestsPerMinute(), now))));
  }

  /** Counts a request of a client; returns the error if that is one too many. */
  Optional<ApiError> count(Client client) {
    return Optional.ofNullable(limits.get(client.owner()))
        .flatMap(
            limit ->
                limit
                    .left
                    .take(nanoTime.getAsLong())
                    .map(later -> tooMany(limit.perMinute, later)));
  }

  private static ApiError tooMany(int perMinute, Duration later) {
    return new ApiError(
        StatusCodes.TOO_MANY_REQUESTS,
        ApiError.Type.RATE_LIMIT,
        "rate_limit_exceeded",
        null,
        "requests: too many (expected: at most " + perMinute + " a minute)",
        later);
  }
}
