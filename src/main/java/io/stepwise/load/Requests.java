package io.stepwise.load;

import java.net.http.HttpRequest;

/** Requests with what every one of them has. */
final class Requests {

  private Requests() {}

  /** Returns a request of a path, with the key if there is one. */
  static HttpRequest.Builder to(Target target, String path) {
    HttpRequest.Builder request = HttpRequest.newBuilder(target.path(path));
    ApiKey key = target.apiKey();
    return key == null ? request : request.header("Authorization", key.authorization());
  }
}
