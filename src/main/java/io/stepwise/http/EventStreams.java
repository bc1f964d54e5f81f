package io.stepwise.http;

import io.stepwise.sampling.GenerationRequest;
import io.stepwise.sampling.ModelInfo;
import io.stepwise.sampling.SamplingClient;
import io.stepwise.settings.StreamSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.NotUsed;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.MediaTypes;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.ActorAttributes;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.KillSwitches;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.StreamSubscriptionTimeoutTerminationMode;
import org.apache.pekko.stream.UniqueKillSwitch;
import org.apache.pekko.stream.javadsl.AsPublisher;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import org.reactivestreams.Publisher;

/** Answers requests for images with server-sent events. */
final class EventStreams {

  /** A request may wait for as long as it likes to be accepted, which is when its answer begins. */
  private static final Attributes HOWEVER_LATE =
      ActorAttributes.streamSubscriptionTimeout(
          Duration.ofDays(1), StreamSubscriptionTimeoutTerminationMode.noop());

  private final SamplingClient client;
  private final StreamSettings settings;
  private final Materializer materializer;

  EventStreams(SamplingClient client, StreamSettings settings, Materializer materializer) {
    this.client = client;
    this.settings = settings;
    this.materializer = materializer;
  }

  /**
   * Completes with the head of the answer when the service has accepted the request, or with an
   * ordinary answer if it has not.
   *
   * @param models all models served
   * @param disconnection ends the generation when it happens
   */
  CompletionStage<HttpResponse> open(
      GenerationRequest request,
      PartialImages partials,
      List<ModelInfo> models,
      Optional<Disconnection> disconnection) {
    EventStage stage =
        new EventStage(client, request, partials, context(request, models), settings);
    Pair<UniqueKillSwitch, Publisher<ByteString>> running =
        Source.fromGraph(stage)
            .viaMat(KillSwitches.single(), Keep.right())
            .toMat(Sink.<ByteString>asPublisher(AsPublisher.WITHOUT_FANOUT), Keep.both())
            .addAttributes(Attributes.inputBuffer(1, 1).and(HOWEVER_LATE))
            .run(materializer);
    disconnection.ifPresent(gone -> gone.ifBefore(stage.ended(), () -> running.first().shutdown()));
    return stage
        .started()
        .thenApply(
            result ->
                result
                    .map(only -> ResultResponses.of(only, models))
                    .orElseGet(() -> answer(request, Source.fromPublisher(running.second()))));
  }

  private static HttpResponse answer(
      GenerationRequest request, Source<ByteString, NotUsed> events) {
    return HttpResponse.create()
        .addHeader(RawHeader.create("X-Request-Id", request.id()))
        .addHeader(RawHeader.create("Cache-Control", "no-cache"))
        .addHeader(RawHeader.create("X-Accel-Buffering", "no"))
        .withEntity(HttpEntities.create(MediaTypes.TEXT_EVENT_STREAM.toContentType(), events));
  }

  private static EventJson.Context context(GenerationRequest request, List<ModelInfo> models) {
    String wanted = request.model();
    return models.stream()
        .filter(model -> wanted == null || model.name().equals(wanted))
        .findFirst()
        .map(model -> context(request.id(), ModelJson.size(model), model.digest()))
        .orElseGet(() -> context(request.id(), "", ""));
  }

  private static EventJson.Context context(String id, String size, String snapshot) {
    return new EventJson.Context(id, Instant.now().getEpochSecond(), size, snapshot);
  }
}
