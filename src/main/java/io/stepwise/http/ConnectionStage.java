package io.stepwise.http;

import java.time.Duration;
import java.util.OptionalLong;
import org.apache.pekko.Done;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.ResponseEntity;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.headers.Connection;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.BidiShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.stage.AbstractInHandler;
import org.apache.pekko.stream.stage.AbstractOutHandler;
import org.apache.pekko.stream.stage.AsyncCallback;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.stream.stage.TimerGraphStageLogic;
import org.apache.pekko.util.ByteString;

/**
 * The life of one connection, between the server and the routes. It is given one request at a time,
 * and maybe the next while an answer is streamed.
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

  private final class Logic extends TimerGraphStageLogic implements Connections.Connection {

    private final Disconnection disconnection = new Disconnection();
    private final AsyncCallback<Done> closing = createAsyncCallback(done -> close());
    private final AsyncCallback<Done> broken = createAsyncCallback(done -> completeStage());
    private final AsyncCallback<Done> streamed = createAsyncCallback(done -> onStreamed());
    private int answering;
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
      connections.add(this);
      scheduleOnce(IDLE, idleTimeout);
    }

    @Override
    public void postStop() {
      connections.remove(this);
      disconnection.happen();
    }

    @Override
    public void onTimer(Object timer) {
      if (answering == 0) {
        completeStage();
      }
    }

    @Override
    public void finish() {
      closing.invoke(Done.getInstance());
    }

    @Override
    public void breakOff() {
      broken.invoke(Done.getInstance());
    }

    private void close() {
      isClosing = true;
      if (answering == 0) {
        completeStage();
      }
    }

    private HttpResponse answered(HttpResponse response) {
      HttpResponse last = isClosing ? response.addHeader(Connection.create("close")) : response;
      if (response.status().equals(StatusCodes.SWITCHING_PROTOCOLS)) {
        // From now on it is no connection of this kind; the websocket looks after itself.
        return response;
      }
      if (response.entity().isStrict()) {
        onAnswered();
        return last;
      }
      return last.withEntity(untilStreamed(last.entity()));
    }

    /** Returns the same content, which says when it has been sent or given up. */
    private ResponseEntity untilStreamed(ResponseEntity entity) {
      Source<ByteString, ?> data =
          entity
              .getDataBytes()
              .watchTermination(
                  (unused, end) ->
                      end.whenComplete((done, failure) -> streamed.invoke(Done.getInstance())));
      OptionalLong length = entity.getContentLengthOption();
      return length.isPresent()
          ? HttpEntities.create(entity.getContentType(), length.getAsLong(), data)
          : HttpEntities.create(entity.getContentType(), data);
    }

    private void onAnswered() {
      answering--;
      if (answering == 0) {
        scheduleOnce(IDLE, idleTimeout);
      }
    }

    private void onStreamed() {
      onAnswered();
      if (isClosing && answering == 0) {
        completeStage();
      }
    }

    private final class RequestIn extends AbstractInHandler {

      @Override
      public void onPush() {
        answering++;
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
