package io.stepwise.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.stepwise.load.ApiKey;
import io.stepwise.load.ServerUrl;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A server that commands ask over HTTP.
 *
 * @param url where it is, as {@code http://host:port}
 * @param key lets the requests in; null sends none
 */
record Server(URI url, @Nullable ApiKey key) {

  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final Duration ANSWER = Duration.ofMinutes(6);

  Server {
    url = ServerUrl.checked(url);
  }

  /**
   * Returns the JSON at a path.
   *
   * @throws IOException if the server does not answer, or answers an error, which the message tells
   */
  JsonNode get(String path) throws IOException {
    return send(HttpRequest.newBuilder(address(path)).GET());
  }

  /**
   * Posts JSON and returns the answer.
   *
   * @throws IOException if the server does not answer, or answers an error, which the message tells
   */
  JsonNode post(String path, String json) throws IOException {
    return send(
        HttpRequest.newBuilder(address(path))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json)));
  }

  private JsonNode send(HttpRequest.Builder request) throws IOException {
    if (key != null) {
      request.header("Authorization", key.authorization());
    }
    HttpClient client = HttpClient.newBuilder().connectTimeout(CONNECT).build();
    HttpResponse<String> answer;
    try {
      answer = client.send(request.timeout(ANSWER).build(), HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(url + ": interrupted", e);
    } catch (IOException e) {
      throw new IOException(url + ": no answer: " + e, e);
    }
    JsonNode json = parse(answer);
    if (answer.statusCode() != 200) {
      String message = json.at("/error/message").asText("no message");
      throw new IOException(url + ": " + answer.statusCode() + ", " + message);
    }
    return json;
  }

  private JsonNode parse(HttpResponse<String> answer) throws IOException {
    try {
      return JsonMapper.builder().build().readTree(answer.body());
    } catch (JsonProcessingException e) {
      throw new IOException(url + ": " + answer.statusCode() + " (expected: JSON)", e);
    }
  }

  /** Returns the address of a path, in which names may hold any character but a slash. */
  private URI address(String path) {
    try {
      return URI.create(url + new URI(null, null, path, null).getRawPath());
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("path: " + path, e);
    }
  }
}
