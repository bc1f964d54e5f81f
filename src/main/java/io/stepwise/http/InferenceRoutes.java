package io.stepwise.http;

import static org.apache.pekko.http.javadsl.server.Directives.complete;
import static org.apache.pekko.http.javadsl.server.Directives.completeWithFuture;
import static org.apache.pekko.http.javadsl.server.Directives.concat;
import static org.apache.pekko.http.javadsl.server.Directives.extractRequest;
import static org.apache.pekko.http.javadsl.server.Directives.get;
import static org.apache.pekko.http.javadsl.server.Directives.path;
import static org.apache.pekko.http.javadsl.server.Directives.post;
import static org.apache.pekko.http.javadsl.server.PathMatchers.segment;

import io.stepwise.sampling.GenerationResult;
import io.stepwise.sampling.ModelInfo;
import io.stepwise.sampling.SamplingClient;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.server.Route;

/**
 * The Open Inference Protocol, version 2: images as tensors. A model's version is the digest of its
 * weights.
 */
final class InferenceRoutes {

  /** By which Triton's clients say that tensors follow the JSON as bytes. */
  private static final String BINARY = "Inference-Header-Content-Length";

  private final SamplingClient client;

  InferenceRoutes(SamplingClient client) {
    this.client = client;
  }

  Route route() {
    return concat(
        path(
            segment("v2"),
            () ->
                get(
                    () ->
                        complete(
                            Json.response(
                                StatusCodes.OK, InferenceMetadataJson.Server.running())))),
        path(segment("v2").slash("models").slash(segment()), name -> metadata(Wanted.any(name))),
        path(
            segment("v2").slash("models").slash(segment()).slash("versions").slash(segment()),
            (name, version) -> metadata(Wanted.of(name, version))),
        path(
            segment("v2").slash("models").slash(segment()).slash("ready"),
            name -> ready(Wanted.any(name))),
        path(
            segment("v2")
                .slash("models")
                .slash(segment())
                .slash("versions")
                .slash(segment())
                .slash("ready"),
            (name, version) -> ready(Wanted.of(name, version))),
        path(
            segment("v2").slash("models").slash(segment()).slash("infer"),
            name -> infer(Wanted.any(name))),
        path(
            segment("v2")
                .slash("models")
                .slash(segment())
                .slash("versions")
                .slash(segment())
                .slash("infer"),
            (name, version) -> infer(Wanted.of(name, version))));
  }

  private Route metadata(Wanted wanted) {
    return get(
        () ->
            completeWithFuture(
                find(wanted)
                    .thenApply(
                        model -> Json.response(StatusCodes.OK, InferenceMetadataJson.of(model)))));
  }

  private Route ready(Wanted wanted) {
    return get(
        () ->
            completeWithFuture(
                find(wanted)
                    .thenApply(
                        model ->
                            Json.response(
                                model.ready() ? StatusCodes.OK : StatusCodes.SERVICE_UNAVAILABLE,
                                new InferenceMetadataJson.Ready(model.name(), model.ready())))));
  }

  private Route infer(Wanted wanted) {
    return post(() -> extractRequest(request -> infer(wanted, request)));
  }

  private Route infer(Wanted wanted, HttpRequest http) {
    http.getHeader(BINARY)
        .ifPresent(
            header -> {
              throw ApiError.invalidValue(
                      BINARY,
                      FieldValue.cut(header.value()),
                      "no such header; this server has no binary extension")
                  .exception();
            });
    InferenceRequestJson request = InferenceRequestJson.parse(JsonBody.assumed(http));
    return completeWithFuture(infer(request, wanted, http));
  }

  private CompletionStage<HttpResponse> infer(
      InferenceRequestJson request, Wanted wanted, HttpRequest http) {
    return find(wanted)
        .thenApply(model -> InferenceBatch.of(request, model, wanted.version(), Caller.of(http)))
        .thenCompose(generations -> JointGenerations.run(client, generations, http))
        .thenCompose(
            outcome ->
                wanted.version().isEmpty() && isOfNoVersion(outcome)
                    ? infer(request, wanted, http)
                    : CompletableFuture.supplyAsync(() -> answer(request, outcome)));
  }

  /**
   * Returns whether the version that was current is not any more, which the client did not name.
   */
  private static boolean isOfNoVersion(JointGenerations.Outcome outcome) {
    return outcome instanceof JointGenerations.NotAllMade none
        && none.first() instanceof GenerationResult.Invalid invalid
        && invalid.param().equals("version");
  }

  private static HttpResponse answer(
      InferenceRequestJson request, JointGenerations.Outcome outcome) {
    if (outcome instanceof JointGenerations.AllMade all) {
      return Json.response(StatusCodes.OK, InferenceAnswerJson.of(request, all.results()));
    }
    GenerationResult first = ((JointGenerations.NotAllMade) outcome).first();
    return ResultResponses.of(first, List.of());
  }

  /** Completes with the model, or fails with an {@link ApiException}. */
  private CompletionStage<ModelInfo> find(Wanted wanted) {
    return client.models().thenApply(wanted::in);
  }

  /** A model that a path names, and the version if it names one. */
  private record Wanted(String name, Optional<String> version) {

    static Wanted any(String name) {
      return new Wanted(name, Optional.empty());
    }

    static Wanted of(String name, String version) {
      return new Wanted(name, Optional.of(version));
    }

    ModelInfo in(List<ModelInfo> models) {
      ModelInfo model =
          models.stream()
              .filter(served -> served.name().equals(name))
              .findFirst()
              .orElseThrow(() -> ModelRoutes.unknown(name, models).exception());
      version.ifPresent(asked -> requireVersion(asked, model.versions()));
      return model;
    }

    private static void requireVersion(String asked, List<String> served) {
      if (!served.contains(asked)) {
        String message =
            "version: "
                + FieldValue.quoted(asked)
                + " (expected: one of "
                + String.join(", ", served)
                + ", or none)";
        throw ApiError.notFound("version_not_found", "version", message).exception();
      }
    }
  }
}
