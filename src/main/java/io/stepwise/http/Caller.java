package io.stepwise.http;

import io.stepwise.sampling.Client;
import org.apache.pekko.http.javadsl.model.AttributeKey;
import org.apache.pekko.http.javadsl.model.HttpRequest;

/** Who sent a request, which is found out before anything else is read of it. */
final class Caller {

  private static final AttributeKey<Client> KEY = AttributeKey.create("caller", Client.class);

  private Caller() {}

  /** Returns who sent a request. */
  static Client of(HttpRequest request) {
    return request.getAttribute(KEY).orElse(Client.ANYBODY);
  }

  /** Returns a request that says who sent it. */
  static HttpRequest mark(HttpRequest request, Client client) {
    return request.addAttribute(KEY, client);
  }
}
