package io.stepwise.http;

import static org.apache.pekko.http.javadsl.server.Directives.complete;
import static org.apache.pekko.http.javadsl.server.Directives.completeWithFuture;
import static org.apache.pekko.http.javadsl.server.Directives.concat;
import static org.apache.pekko.http.javadsl.server.Directives.delete;
import static org.apache.pekko.http.javadsl.server.Directives.extractRequest;
import static org.apache.pekko.http.javadsl.server.Directives.get;
import static org.apache.pekko.http.javadsl.server.Directives.path;
import static org.apache.pekko.http.javadsl.server.Directives.post;
import static org.apache.pekko.http.javadsl.server.PathMatchers.segment;

import io.stepwise.training.TrainingClient;
import io.stepwise.training.TrainingReply;
import io.stepwise.training.TrainingStatus;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCode;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.server.Route;

/** Begins, shows, holds and ends the training of a served model. */
final class TrainingRoutes {

  private static final Duration ASK_AGAIN = Duration.ofSeconds(5);

  private final Optional<TrainingClient> training;

  /**
   * Serves a trainer.
   *
   * @param training empty where nothing can be trained
   */
  TrainingRoutes(Optional<TrainingClient> training) {
    this.training = training;
  }

  Route route() {
    return concat(
        path(
            segment("v1").slash("training"),
            () ->
                concat(
                    get(this::status),
                    post(this::start),
                    delete(() -> order(TrainingClient::stop, StatusCodes.OK)))),
        path(
            segment("v1").slash("training:pause"),
            () -> post(() -> order(TrainingClient::pause, StatusCodes.OK))),
        path(
            segment("v1").slash("training:resume"),
            () -> post(() -> order(TrainingClient::resume, StatusCodes.OK))));
  }

  private Route status() {
    return with(client -> client.status().thenApply(TrainingRoutes::answer));
  }

  private Route start() {
    return extractRequest(
        request ->
            with(
                client ->
                    client
                        .start(TrainingOrderJson.parse(JsonBody.of(request)))
                        .thenApply(reply -> answer(reply, StatusCodes.ACCEPTED))));
  }

  private Route order(
      Function<TrainingClient, CompletionStage<TrainingReply>> order, StatusCode success) {
    return with(client -> order.apply(client).thenApply(reply -> answer(reply, success)));
  }

  private Route with(Function<TrainingClient, CompletionStage<HttpResponse>> answer) {
    return training
        .map(client -> (Route) completeWithFuture(answer.apply(client)))
        .orElseGet(() -> complete(off().response()));
  }

  private static HttpResponse answer(TrainingStatus status) {
    return status.state() == TrainingStatus.State.ABSENT
        ? noTrainer(String.valueOf(status.error()))
        : Json.response(StatusCodes.OK, TrainingJson.of(status));
  }

  private static HttpResponse noTrainer(String message) {
    return ApiError.unavailable("no_trainer", message, ASK_AGAIN).response();
  }

  private static HttpResponse answer(TrainingReply reply, StatusCode success) {
    if (reply instanceof TrainingReply.Accepted accepted) {
      return Json.response(success, TrainingJson.of(accepted.status()));
    }
    TrainingReply.Refused refused = (TrainingReply.Refused) reply;
    String message = refused.message();
    return switch (refused.reason()) {
      case UNKNOWN_MODEL -> ApiError.notFound("model_not_found", "model", message).response();
      case NOT_RUNNING -> ApiError.notFound("training_not_found", null, message).response();
      case INVALID ->
          ApiError.invalid(StatusCodes.BAD_REQUEST, "invalid_value", refused.field(), message)
              .response();
      case ALREADY_RUNNING -> ResultResponses.conflict("training_under_way", null, message);
      case NO_TRAINER -> noTrainer(message);
      case CANNOT_BEGIN -> ResultResponses.conflict("training_failed", null, message);
    };
  }

  /** Returns the error of a service that can train nothing. */
  static ApiError off() {
    return ApiError.notFound(
        "training_off",
        null,
        "training: off (expected: a folder in the setting stepwise.snapshots.folder)");
  }
}
