package io.stepwise.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.NotUsed;
import org.apache.pekko.http.javadsl.model.ws.BinaryMessage;
import org.apache.pekko.http.javadsl.model.ws.Message;
import org.apache.pekko.http.javadsl.model.ws.TextMessage;
import org.apache.pekko.stream.BoundedSourceQueue;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/** One websocket of the stub. */
final class StubSocket {

  private static final int BUFFER = 10_000;

  private final StubServer server;
  private final BoundedSourceQueue<Message> out;
  private final Map<String, StubServer.Job> jobs = new ConcurrentHashMap<>();

  private StubSocket(StubServer server, BoundedSourceQueue<Message> out) {
    this.server = server;
    this.out = out;
  }

  /** Returns what a new socket does with its messages. */
  static Flow<Message, Message, NotUsed> flow(StubServer server) {
    return Flow.lazyFlow(
            () -> {
              var made = Source.<Message>queue(BUFFER).preMaterialize(server.materializer());
              StubSocket socket = new StubSocket(server, made.first());
              return Flow.fromSinkAndSourceCoupled(
                  Sink.<Message>foreach(
                      message -> socket.onMessage(message.asTextMessage().getStrictText())),
                  made.second());
            })
        .mapMaterializedValue(ignored -> NotUsed.getInstance());
  }

  private void onMessage(String text) {
    JsonNode message = Json.parse(text);
    String id = message.path("id").asText();
    if (message.path("type").asText().equals("cancel")) {
      StubServer.Job job = jobs.remove(id);
      if (job != null) {
        job.cancel();
        say(done(id, "cancelled"));
      }
      return;
    }
    server.bodies().add(message);
    if (server.refuses()) {
      ObjectNode error = of("error", id);
      error.set("error", Json.parse(StubMessages.QUEUE_FULL).get("error"));
      say(error);
      return;
    }
    say(of("accepted", id).put("steps", message.path("steps").asInt()));
    jobs.put(
        id,
        server.serve(
            message,
            index -> say(of("step", id).put("index", index).put("step", 1), StubServer.PNG),
            () -> finish(message, id)));
  }

  private void finish(JsonNode message, String id) {
    jobs.remove(id);
    int n = message.path("n").asInt();
    for (int i = 0; i < n; i++) {
      say(of("image", id).put("index", i), StubServer.PNG);
    }
    ObjectNode done = done(id, "completed");
    done.set("usage", StubMessages.usage(message.path("steps").asInt() * n));
    say(done);
  }

  private static ObjectNode of(String type, String id) {
    return Json.object().put("type", type).put("id", id);
  }

  private static ObjectNode done(String id, String state) {
    return of("done", id).put("state", state);
  }

  private void say(ObjectNode message) {
    out.offer(TextMessage.create(message.toString()));
  }

  private synchronized void say(ObjectNode message, byte[] png) {
    say(message.put("bytes", png.length));
    out.offer(BinaryMessage.create(ByteString.fromArray(png)));
  }
}
