package io.stepwise.http;

import io.stepwise.telemetry.Meters;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.Connection;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.BidiShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.stage.AbstractInHandler;
import org.apache.pekko.stream.stage.AbstractOutHandler;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.stream.stage.TimerGraphStageLogic;

/**
 * Counts the open connections of a server. One beyond the limit is answered 503 and closed, also if
 * no request comes on it for a while.
 */
final class ConnectionLimit
    extends GraphStage<BidiShape<HttpRequest, HttpRequest, HttpResponse, HttpResponse>> {

  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final Duration ASK_AGAIN = Duration.ofSeconds(5);

  private final Inlet<HttpRequest> requestIn = Inlet.create("requestIn");
  private final Outlet<HttpRequest> requestOut = Outlet.create("requestOut");
  private final Inlet<HttpResponse> responseIn = Inlet.create("responseIn");
  private final Outlet<HttpResponse> responseOut = Outlet.create("responseOut");
  private final BidiShape<HttpRequest, HttpRequest, HttpResponse, HttpResponse> shape =
      new BidiShape<>(requestIn, requestOut, responseIn, responseOut);

  private final AtomicInteger open = new AtomicInteger();
  private final int most;
  private final IntSupplier sockets;
  private final Meters meters;

  /**
   * Begins to count.
   *
   * @param most connections and websockets that may be open
   * @param sockets tells how many websockets are, which are counted no more when they have opened
   */
  ConnectionLimit(int most, IntSupplier sockets, Meters meters) {
    this.most = most;
    this.sockets = sockets;
    this.meters = meters;
  }

  @Override
  public BidiShape<HttpRequest, HttpRequest, HttpResponse, HttpResponse> shape() {
    return shape;
  }

  @Override
  public GraphStageLogic createLogic(Attributes inheritedAttributes) {
    return new Logic();
  }

  private HttpResponse refusal() {
    meters.refused("too_many_connections");
    String message = "connections: too many (expected: at most " + most + ")";
    return ApiError.unavailable("too_many_connections", message, ASK_AGAIN)
        .response()
        .addHeader(Connection.create("close"));
  }

  private final class Logic extends TimerGraphStageLogic {

    private boolean isOver;

    Logic() {
      super(shape);
      setHandler(requestIn, new RequestIn());
      setHandler(requestOut, new RequestOut());
      setHandler(responseIn, new ResponseIn());
      setHandler(responseOut, new ResponseOut());
    }

    @Override
    public void preStart() {
      meters.connectionOpened();
      isOver = open.incrementAndGet() + sockets.getAsInt() > most;
      if (isOver) {
        pull(requestIn);
        scheduleOnce("impatient", PATIENCE);
      }
    }

    @Override
    public void postStop() {
      open.decrementAndGet();
      meters.connectionClosed();
    }

    @Override
    public void onTimer(Object timer) {
      completeStage();
    }

    private final class RequestIn extends AbstractInHandler {

      @Override
      public void onPush() {
        HttpRequest request = grab(requestIn);
        if (isOver) {
          emit(responseOut, refusal(), () -> completeStage());
        } else {
          push(requestOut, request);
        }
      }

      @Override
      public void onUpstreamFinish() {
        if (!isOver) {
          complete(requestOut);
        }
      }
    }

    private final class RequestOut extends AbstractOutHandler {

      @Override
      public void onPull() {
        if (!isOver) {
          pull(requestIn);
        }
      }
    }

    private final class ResponseIn extends AbstractInHandler {

      @Override
      public void onPush() {
        push(responseOut, grab(responseIn));
      }

      @Override
      public void onUpstreamFinish() {
        complete(responseOut);
      }
    }

    private final class ResponseOut extends AbstractOutHandler {

      @Override
      public void onPull() {
        if (!isOver) {
          pull(responseIn);
        }
      }
    }
  }
}
