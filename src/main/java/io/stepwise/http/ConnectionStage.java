package io.stepwise.http;

import java.time.Duration;
import org.apache.pekko.Done;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.Connection;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.BidiShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.stage.AbstractInHandler;
import org.apache.pekko.stream.stage.AbstractOutHandler;
import org.apache.pekko.stream.stage.AsyncCallback;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.stream.stage.TimerGraphStageLogic;

/**
 * The life of one connection, between the server and the routes. It is given one request at a time.
 *
 * <p>Requests pass on with the {@link Disconnection} of their connection, which happens when the
 * client closes it or its sending half. A connection on which no whole request head arrives for
 * some time is closed; while an answer is being made it may be silent. When the server stops, it is
 * closed with its last answer, or at once when there is none to come.
 */
final class ConnectionStage
    extends GraphStage<BidiShape<HttpRequest, HttpRequest, HttpResponse, HttpResponse>> {

  private static final String IDLE = "idle";

  private final Inlet<HttpRequest> requestIn = Inlet.create("requestIn");
  private final Outlet<HttpRequest> requestOut = Outlet.create("requestOut");
  private final Inlet<HttpResponse> responseIn = Inlet.create("responseIn");
  private final Outlet<HttpResponse> responseOut = Outlet.create("responseOut");
  private final BidiShape<HttpRequest, HttpRequest, HttpResponse, HttpResponse> shape =
      new BidiShape<>(requestIn, requestOut, responseIn, responseOut);

  private final Connections connections;
  private final Duration idleTimeout;

  ConnectionStage(Connections connections, Duration idleTimeout) {
    this.connections = connections;
    this.idleTimeout = idleTimeout;
  }

  @Override
  public BidiShape<HttpRequest, HttpRequest, HttpResponse, HttpResponse> shape() {
    return shape;
  }

  @Override
  public GraphStageLogic createLogic(Attributes inheritedAttributes) {
    return new Logic();
  }

  private final class Logic extends TimerGraphStageLogic {

    private final Disconnection disconnection = new Disconnection();
    private final AsyncCallback<Done> closing = createAsyncCallback(done -> close());
    private boolean isAnswering;
    private boolean isClosing;

    Logic() {
      super(shape);
      setHandler(requestIn, new RequestIn());
      setHandler(requestOut, new RequestOut());
      setHandler(responseIn, new ResponseIn());
      setHandler(responseOut, new ResponseOut());
    }

    @Override
    public void preStart() {
      connections.add(closing);
      scheduleOnce(IDLE, idleTimeout);
    }

    @Override
    public void postStop() {
      connections.remove(closing);
      disconnection.happen();
    }

    @Override
    public void onTimer(Object timer) {
      if (!isAnswering) {
        completeStage();
      }
    }

    private void close() {
      isClosing = true;
      if (!isAnswering) {
        completeStage();
      }
    }

    private HttpResponse answered(HttpResponse response) {
      isAnswering = false;
      scheduleOnce(IDLE, idleTimeout);
      return isClosing ? response.addHeader(Connection.create("close")) : response;
    }

    private final class RequestIn extends AbstractInHandler {

      @Override
      public void onPush() {
        isAnswering = true;
        cancelTimer(IDLE);
        push(requestOut, grab(requestIn).addAttribute(Disconnection.KEY, disconnection));
      }

      @Override
      public void onUpstreamFinish() {
        disconnection.happen();
        complete(requestOut);
      }
    }

    private final class RequestOut extends AbstractOutHandler {

      @Override
      public void onPull() {
        pull(requestIn);
      }
    }

    private final class ResponseIn extends AbstractInHandler {

      @Override
      public void onPush() {
        push(responseOut, answered(grab(responseIn)));
      }

      @Override
      public void onUpstreamFinish() {
        complete(responseOut);
      }
    }

    private final class ResponseOut extends AbstractOutHandler {

      @Override
      public void onPull() {
        pull(responseIn);
      }
    }
  }
}
