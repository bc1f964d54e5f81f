package io.stepwise.http;

import io.stepwise.sampling.GenerationEvent;
import io.stepwise.sampling.GenerationRequest;
import io.stepwise.sampling.GenerationResult;
import io.stepwise.sampling.SamplingClient;
import io.stepwise.sampling.SamplingService;
import io.stepwise.settings.StreamSettings;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.SourceShape;
import org.apache.pekko.stream.stage.AbstractOutHandler;
import org.apache.pekko.stream.stage.AsyncCallback;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.stream.stage.TimerGraphStageLogic;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.runtime.BoxedUnit;

/**
 * A generation as a stream of events, run once: orders it when it begins, and leaves it when its
 * reader goes.
 *
 * <p>What its reader gets, and when previews are encoded, is up to an {@link Outbox}, as on a
 * websocket.
 */
final class EventStage extends GraphStage<SourceShape<ByteString>> {

  private static final Logger LOG = LoggerFactory.getLogger(EventStage.class);

  private enum Timer {
    KEEP_ALIVE,
    STALL
  }

  private final Outlet<ByteString> out = Outlet.create("out");
  private final SourceShape<ByteString> shape = new SourceShape<>(out);
  private final CompletableFuture<Optional<GenerationResult>> started = new CompletableFuture<>();
  private final CompletableFuture<Done> ended = new CompletableFuture<>();
  private final SamplingClient service;
  private final GenerationRequest request;
  private final StreamSettings settings;
  private final Outbox<ByteString> outbox = new Outbox<>();
  private final EventSession session;

  EventStage(
      SamplingClient service,
      GenerationRequest request,
      PartialImages partials,
      EventJson.Context context,
      StreamSettings settings) {
    this.service = service;
    this.request = request;
    this.settings = settings;
    this.session = new EventSession(context, partials, outbox);
  }

  /**
   * Completes when the service has answered: with nothing if events follow, with the result if the
   * request was not accepted.
   */
  CompletionStage<Optional<GenerationResult>> started() {
    return started;
  }

  /** Completes when there will be no more events. */
  CompletionStage<Done> ended() {
    return ended;
  }

  @Override
  public SourceShape<ByteString> shape() {
    return shape;
  }

  @Override
  public GraphStageLogic createLogic(Attributes inheritedAttributes) {
    return new Logic();
  }

  private final class Logic extends TimerGraphStageLogic {

    private final AsyncCallback<Runnable> turns = createAsyncCallback(this::takeTurn);
    private boolean hasSent;
    private boolean isStallNoted;

    Logic() {
      super(shape);
      setHandler(out, new Out());
    }

    @Override
    public void preStart() {
      getStageActor(
          letter -> {
            onEvent((GenerationEvent) letter._2());
            return BoxedUnit.UNIT;
          });
      scheduleAtFixedRate(Timer.KEEP_ALIVE, settings.keepAlive(), settings.keepAlive());
      scheduleAtFixedRate(Timer.STALL, settings.stallTimeout(), settings.stallTimeout());
      boolean showsSteps = request.previews() != null;
      service.generate(
          request,
          showsSteps ? SamplingService.Detail.STEPS : SamplingService.Detail.IMAGES,
          self());
    }

    @Override
    public void postStop() {
      if (!session.hasEnded()) {
        service.leave(request.id(), self());
      }
      ended.complete(Done.getInstance());
      // Nobody is there to read it any more, unless the service has failed.
      started.complete(Optional.of(new GenerationResult.Cancelled(request.id())));
    }

    private ActorRef<GenerationEvent> self() {
      return Adapter.toTyped(stageActor().ref());
    }

    private void onEvent(GenerationEvent event) {
      session.onEvent(event);
      if (!started.isDone() && isRefusal(event)) {
        started.complete(Optional.of((GenerationResult) event));
        completeStage();
        return;
      }
      started.complete(Optional.empty());
      advance();
    }

    private static boolean isRefusal(GenerationEvent event) {
      return event instanceof GenerationResult && !(event instanceof GenerationResult.Completed);
    }

    private void takeTurn(Runnable action) {
      action.run();
      advance();
    }

    @Override
    public void onTimer(Object timer) {
      if (timer == Timer.STALL) {
        onStallCheck();
      } else if (!hasSent && isAvailable(out) && started.isDone()) {
        push(out, EventJson.KEEP_ALIVE);
      } else {
        hasSent = false;
      }
    }

    /** Fails the stream when something has waited from one check to the next. */
    private void onStallCheck() {
      boolean isStalled = !isAvailable(out) && outbox.size() > 0;
      if (isStalled && isStallNoted) {
        failStage(new TimeoutException("the reader of a streamed answer takes nothing"));
      }
      isStallNoted = isStalled;
    }

    private void advance() {
      if (isAvailable(out)) {
        send();
      }
      if (session.hasEnded() && outbox.isEmpty()) {
        completeStage();
      }
    }

    private void send() {
      Optional<Outbox.Next<ByteString>> next = outbox.next();
      while (next.isPresent() && next.get() instanceof Outbox.Next.Render<ByteString> render) {
        render(render.step());
        next = outbox.next();
      }
      if (next.isPresent() && next.get() instanceof Outbox.Next.Send<ByteString> send) {
        push(out, send.message());
        hasSent = true;
      }
    }

    private void render(GenerationEvent.StepFinished step) {
      service
          .render(Objects.requireNonNull(step.preview()))
          .whenCompleteAsync((png, failure) -> rendered(step, png, failure), turns::invoke);
    }

    private void rendered(
        GenerationEvent.StepFinished step, byte @Nullable [] png, @Nullable Throwable failure) {
      if (png == null) {
        LOG.debug("a preview could not be rendered", failure);
        outbox.renderFailed(step);
      } else {
        outbox.rendered(step, () -> session.stepEvent(step, png));
      }
    }

    private final class Out extends AbstractOutHandler {

      @Override
      public void onPull() {
        isStallNoted = false;
        advance();
      }
    }
  }
}
