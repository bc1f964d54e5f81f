package io.stepwise.http;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;

/** The header by which a client names a request that it may send more than once. */
final class IdempotencyHeader {

  static final String NAME = "Idempotency-Key";

  private static final Pattern KEY = Pattern.compile("[!-~]{1,255}");

  private IdempotencyHeader() {}

  /**
   * Returns the key of a request, if it has one.
   *
   * @throws ApiException if it cannot be a key, or there are several
   */
  static Optional<String> of(HttpRequest request) {
    List<String> keys =
        StreamSupport.stream(request.getHeaders().spliterator(), false)
            .filter(header -> header.is("idempotency-key"))
            .map(HttpHeader::value)
            .toList();
    if (keys.size() > 1) {
      throw ApiError.invalidValue(NAME, keys.size() + " keys", "one").exception();
    }
    keys.stream()
        .filter(key -> !KEY.matcher(key).matches())
        .forEach(
            key -> {
              throw ApiError.invalidValue(
                      NAME, FieldValue.quoted(key), "1 to 255 visible ASCII characters")
                  .exception();
            });
    return keys.stream().findFirst();
  }
}
