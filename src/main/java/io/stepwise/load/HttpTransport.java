package io.stepwise.load;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Asks with {@code POST /v1/images/generations}, for whole answers or for server-sent events.
 *
 * <p>A request for a whole answer is cancelled with a {@code DELETE} of its id, any other by
 * closing its connection.
 */
final class HttpTransport implements Transport {

  private static final int OK = 200;

  private final HttpClient client;
  private final Target target;
  private final RequestJson json;

  HttpTransport(HttpClient client, Target target, RequestJson json) {
    this.client = client;
    this.target = target;
    this.json = json;
  }

  @Override
  public void send(Exchange exchange) {
    HttpRequest request =
        Requests.to(target, "/v1/images/generations")
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(json.body(exchange.request()).toString()))
            .build();
    CompletableFuture<HttpResponse<byte[]>> answer =
        client.sendAsync(request, head -> subscriber(head, exchange));
    exchange.onAbort(() -> answer.cancel(true));
    CompletableFuture<?> ignored =
        answer.whenComplete((response, failure) -> onAnswer(response, failure, exchange));
  }

  @Override
  public void cancel(Exchange exchange) {
    if (target.openAi() || target.streaming() == Streaming.SSE) {
      exchange.giveUp(Ending.CANCELLED);
      return;
    }
    if (!exchange.cancelRequested()) {
      return;
    }
    HttpRequest request =
        Requests.to(target, "/v1/generations/" + json.id(exchange.request())).DELETE().build();
    // Its answer is that of the request itself, which ends with 409 or had ended before.
    CompletableFuture<?> ignored =
        client.sendAsync(request, HttpResponse.BodyHandlers.discarding());
  }

  @Override
  public void close() {
    // the connections are the client's
  }

  private static HttpResponse.BodySubscriber<byte[]> subscriber(
      HttpResponse.ResponseInfo head, Exchange exchange) {
    if (!isEventStream(head)) {
      return BodySubscribers.ofByteArray();
    }
    return BodySubscribers.fromLineSubscriber(
        new ServerSentEvents((name, data) -> onEvent(Json.parse(data), exchange)),
        events -> new byte[0],
        StandardCharsets.UTF_8,
        null);
  }

  private static boolean isEventStream(HttpResponse.ResponseInfo head) {
    return head.statusCode() == OK
        && head.headers()
            .firstValue("Content-Type")
            .filter(type -> type.startsWith("text/event-stream"))
            .isPresent();
  }

  private static void onEvent(JsonNode event, Exchange exchange) {
    switch (event.path("type").asText("")) {
      case "image_generation.partial_image" ->
          exchange.previewArrived(event.path("index").asInt(0));
      case "image_generation.completed" -> {
        AnswerJson.readUsage(event.path("usage"), exchange);
        if (AnswerJson.isImage(event)) {
          exchange.imageArrived();
        }
      }
      case "error" -> exchange.end(AnswerJson.error("SSE", event.path("error")));
      default -> {} // an event of a newer server
    }
  }

  private static void onAnswer(
      @Nullable HttpResponse<byte[]> response, @Nullable Throwable failure, Exchange exchange) {
    if (response == null) {
      exchange.end(ConnectionErrors.of(failure == null ? new IllegalStateException() : failure));
      return;
    }
    byte[] body = response.body();
    if (response.statusCode() == OK && body.length == 0) {
      exchange.complete();
    } else if (response.statusCode() == OK) {
      AnswerJson.readImages(body, exchange);
    } else {
      Ending refusal = AnswerJson.refusal(response.statusCode(), body);
      if (refusal.error().endsWith(" cancelled")) {
        exchange.cancelled();
      } else {
        exchange.end(refusal);
      }
    }
  }
}
