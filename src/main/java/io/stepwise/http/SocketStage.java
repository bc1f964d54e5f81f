package io.stepwise.http;

import io.stepwise.sampling.Client;
import io.stepwise.sampling.FleetEvent;
import io.stepwise.sampling.GenerationEvent;
import io.stepwise.sampling.SamplingClient;
import io.stepwise.settings.StreamSettings;
import io.stepwise.training.TrainingClient;
import io.stepwise.training.TrainingEvent;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.http.impl.engine.ws.FrameEvent;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.FlowShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.stage.AbstractInHandler;
import org.apache.pekko.stream.stage.AbstractOutHandler;
import org.apache.pekko.stream.stage.AsyncCallback;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.stream.stage.TimerGraphStageLogic;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.runtime.BoxedUnit;

/**
 * One websocket, between its frames and its {@link StreamSession}.
 *
 * <p>Nothing is sent before the client can take it: when there is room for a frame, the {@link
 * Outbox} says which one, and only then is a preview encoded. Nothing is read while replies pile
 * up. A client that takes nothing of what waits for it, or from which nothing comes although it is
 * asked for signs of life, is given up.
 */
final class SocketStage extends GraphStage<FlowShape<FrameEvent, FrameEvent>> {

  /** Keep-alive intervals without anything from the client after which it is given up. */
  static final int MOST_SILENT_INTERVALS = 4;

  /** The close code of a server that stops. */
  static final int GOING_AWAY = 1001;

  /** The close code of a client that does what it must not. */
  static final int POLICY_VIOLATION = 1008;

  private static final Logger LOG = LoggerFactory.getLogger(SocketStage.class);
  private static final long NOT_STALLED = Long.MIN_VALUE;
  private static final Duration BATCH_REPORTS = Duration.ofMillis(100);
  private static final Duration CLOSING = Duration.ofSeconds(3);

  private enum Timer {
    KEEP_ALIVE,
    STALL,
    BATCHES,
    CLOSING
  }

  private final Inlet<FrameEvent> in = Inlet.create("in");
  private final Outlet<FrameEvent> out = Outlet.create("out");
  private final FlowShape<FrameEvent, FrameEvent> shape = new FlowShape<>(in, out);
  private final SamplingClient service;
  private final Optional<TrainingClient> training;
  private final Client client;
  private final StreamSettings settings;
  private final RateLimits limits;
  private final Connections connections;

  /**
   * Speaks with one client.
   *
   * @param training the trainer; empty where nothing can be trained
   * @param client on whose behalf its generations are made
   * @param limits how many generations it may ask for
   * @param connections told of the socket while it is open
   */
  SocketStage(
      SamplingClient service,
      Optional<TrainingClient> training,
      Client client,
      StreamSettings settings,
      RateLimits limits,
      Connections connections) {
    this.service = service;
    this.training = training;
    this.client = client;
    this.settings = settings;
    this.limits = limits;
    this.connections = connections;
  }

  @Override
  public FlowShape<FrameEvent, FrameEvent> shape() {
    return shape;
  }

  @Override
  public GraphStageLogic createLogic(Attributes inheritedAttributes) {
    return new Logic();
  }

  private final class Logic extends TimerGraphStageLogic implements Connections.Connection {

    private final Outbox<SocketMessage> outbox = new Outbox<>();
    private final FrameIntake intake = new FrameIntake(settings.maxMessageBytes());
    private final AsyncCallback<Runnable> turns = createAsyncCallback(this::takeTurn);
    private final StreamSession session =
        new StreamSession(
            client,
            settings,
            new StreamSession.Partners(service, training, this::self, turns::invoke, limits),
            outbox);

    /** What goes before anything else: the second half of a message. */
    private @Nullable FrameEvent binary;

    private @Nullable FrameEvent close;
    private @Nullable FrameEvent pong;
    private boolean isPingDue;
    private boolean isStopping;
    private boolean isClosing;
    private boolean hasClientClosed;
    private int silentIntervals;
    private long stalledSince = NOT_STALLED;

    Logic() {
      super(shape);
      setHandler(in, new In());
      setHandler(out, new Out());
    }

    @Override
    public void preStart() {
      getStageActor(
          letter -> {
            onLetter(letter._2());
            return BoxedUnit.UNIT;
          });
      connections.addSocket(this);
      scheduleAtFixedRate(Timer.KEEP_ALIVE, settings.keepAlive(), settings.keepAlive());
      Duration check = settings.stallTimeout().dividedBy(4);
      scheduleAtFixedRate(Timer.STALL, check, check);
      advance();
    }

    @Override
    public void postStop() {
      connections.remove(this);
      session.end();
    }

    @Override
    public void finish() {
      turns.invoke(() -> isStopping = true);
    }

    @Override
    public void breakOff() {
      turns.invoke(this::completeStage);
    }

    private ActorRef<Object> self() {
      return Adapter.toTyped(stageActor().ref());
    }

    private void onLetter(Object letter) {
      if (isClosing) {
        return;
      }
      if (letter instanceof GenerationEvent event) {
        session.onEvent(event);
      } else if (letter instanceof FleetEvent event) {
        session.onFleet(event);
        if (session.hasBatches() && !isTimerActive(Timer.BATCHES)) {
          scheduleOnce(Timer.BATCHES, BATCH_REPORTS);
        }
      } else if (letter instanceof TrainingEvent event) {
        session.onTraining(event);
      }
      advance();
    }

    private void takeTurn(Runnable action) {
      action.run();
      advance();
    }

    @Override
    public void onTimer(Object timer) {
      switch ((Timer) timer) {
        case KEEP_ALIVE -> onKeepAlive();
        case STALL -> onStallCheck();
        case BATCHES -> session.reportBatches();
        case CLOSING -> completeStage();
      }
      advance();
    }

    private void onKeepAlive() {
      if (++silentIntervals > MOST_SILENT_INTERVALS) {
        LOG.debug("a websocket is closed: its client gives no sign of life");
        completeStage();
      }
      isPingDue = true;
    }

    private void onStallCheck() {
      if (stalledSince != NOT_STALLED
          && System.nanoTime() - stalledSince > settings.stallTimeout().toNanos()) {
        LOG.debug("a websocket is closed: its client takes nothing");
        completeStage();
      }
    }

    /** Does what can be done now: sends one frame, asks for the next, or begins to close. */
    private void advance() {
      if (isStopping && !isClosing && binary == null && session.isIdle() && outbox.isEmpty()) {
        close(GOING_AWAY, "the server is shutting down");
      }
      if (isAvailable(out)) {
        send();
      }
      boolean isReading = isClosing || session.isReceptive();
      if (isReading && !isClosed(in) && !hasBeenPulled(in)) {
        pull(in);
      }
      boolean isStalled = !isAvailable(out) && hasSomethingToSend();
      if (!isStalled) {
        stalledSince = NOT_STALLED;
      } else if (stalledSince == NOT_STALLED) {
        stalledSince = System.nanoTime();
      }
    }

    private boolean hasSomethingToSend() {
      return binary != null || close != null || isPingDue || pong != null || outbox.size() > 0;
    }

    private void send() {
      if (binary != null) {
        push(out, binary);
        binary = null;
      } else if (close != null) {
        push(out, close);
        close = null;
        if (hasClientClosed) {
          completeStage();
        }
      } else if (isClosing) {
        return;
      } else if (pong != null) {
        push(out, pong);
        pong = null;
      } else if (isPingDue) {
        push(out, Frames.ping());
        isPingDue = false;
      } else {
        sendFromOutbox();
      }
    }

    private void sendFromOutbox() {
      Optional<Outbox.Next<SocketMessage>> next = outbox.next();
      while (next.isPresent() && next.get() instanceof Outbox.Next.Render<SocketMessage> render) {
        render(render.step());
        next = outbox.next();
      }
      if (next.isPresent() && next.get() instanceof Outbox.Next.Send<SocketMessage> send) {
        SocketMessage message = send.message();
        push(out, Frames.text(Json.bytes(message.json())));
        binary = message.png() == null ? null : Frames.binary(message.png());
        session.sent(message);
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
        outbox.rendered(step, () -> session.stepMessage(step, png));
      }
    }

    /** Begins to close: what waits is dropped, and the client has some time to answer. */
    private void close(int code, String reason) {
      isClosing = true;
      close = Frames.close(code, reason);
      session.end();
      scheduleOnce(Timer.CLOSING, CLOSING);
    }

    private void take(FrameIntake.Incoming incoming) {
      if (incoming instanceof FrameIntake.Incoming.Text text) {
        session.receive(text.utf8());
        if (session.isAbused()) {
          close(POLICY_VIOLATION, "too many wrong messages in a row");
        }
      } else if (incoming instanceof FrameIntake.Incoming.Ping ping) {
        pong = Frames.pong(ping.data());
      } else if (incoming instanceof FrameIntake.Incoming.Closed closed) {
        hasClientClosed = true;
        close(closed.answer(), "");
      } else if (incoming instanceof FrameIntake.Incoming.Violation violation) {
        close(violation.code(), violation.reason());
      }
    }

    private final class In extends AbstractInHandler {

      @Override
      public void onPush() {
        FrameEvent frame = grab(in);
        silentIntervals = 0;
        if (!isClosing) {
          intake.take(frame).ifPresent(Logic.this::take);
        } else if (FrameIntake.isClose(frame)) {
          hasClientClosed = true;
          if (close == null) {
            completeStage();
          }
        }
        advance();
      }
    }

    private final class Out extends AbstractOutHandler {

      @Override
      public void onPull() {
        advance();
      }
    }
  }
}
