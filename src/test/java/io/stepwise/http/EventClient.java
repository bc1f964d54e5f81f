package io.stepwise.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** A client of a streamed answer, which reads one event at a time. */
final class EventClient implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final RawConnection connection;
  private final Map<String, String> headers = new HashMap<>();
  private final Deque<String> blocks = new ArrayDeque<>();
  private String rest = "";
  private int status;
  private boolean isAtEnd;

  private EventClient(RawConnection connection) {
    this.connection = connection;
  }

  /** Asks for images; the answer is waited for when something of it is asked for. */
  static EventClient post(TestServer server, String json) {
    return new EventClient(server.connect().send(request(json)));
  }

  static String request(String json) {
    return """
    POST /v1/images/generations HTTP/1.1
    Host: x
    Content-Type: application/json
    Content-Length: %d

    %s\
    """
        .formatted(json.length(), json);
  }

  int status() {
    readHead();
    return status;
  }

  String header(String name) {
    readHead();
    return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
  }

  /** Waits for the next event, which must have this name, and passes over comments. */
  JsonNode next(String name) {
    String block = block();
    while (block.startsWith(":")) {
      block = block();
    }
    String[] lines = block.split("\n", -1);
    if (lines.length != 2 || !lines[0].equals("event: " + name)) {
      throw new AssertionError(block + " (expected: an event " + name + ")");
    }
    try {
      return JSON.readTree(lines[1].substring("data: ".length()));
    } catch (JsonProcessingException e) {
      throw new AssertionError(block, e);
    }
  }

  /** Waits for the next block, which must be a comment. */
  String comment() {
    String block = block();
    if (!block.startsWith(":")) {
      throw new AssertionError(block + " (expected: a comment)");
    }
    return block;
  }

  /** Waits for the end of the answer; false if something else comes before. */
  boolean isAtEnd() {
    while (blocks.isEmpty() && !isAtEnd) {
      readChunk();
      blocks.removeIf(block -> block.startsWith(":"));
    }
    return blocks.isEmpty();
  }

  RawConnection connection() {
    return connection;
  }

  @Override
  public void close() {
    connection.close();
  }

  private String block() {
    while (blocks.isEmpty()) {
      if (isAtEnd) {
        throw new AssertionError("the answer has ended (expected: more)");
      }
      readChunk();
    }
    return blocks.remove();
  }

  private void readHead() {
    if (status != 0) {
      return;
    }
    status = Integer.parseInt(line().substring(9, 12));
    for (String line = line(); !line.isEmpty(); line = line()) {
      String[] header = line.split(": ", 2);
      headers.put(header[0].toLowerCase(Locale.ROOT), header[1]);
    }
  }

  private void readChunk() {
    readHead();
    int size = Integer.parseInt(line(), 16);
    String data = rest + new String(connection.receive(size), StandardCharsets.UTF_8);
    line();
    isAtEnd = size == 0;
    int end = data.indexOf("\n\n");
    while (end >= 0) {
      blocks.add(data.substring(0, end));
      data = data.substring(end + 2);
      end = data.indexOf("\n\n");
    }
    rest = data;
  }

  private String line() {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (byte next = connection.receive(1)[0]; next != '\n'; next = connection.receive(1)[0]) {
      line.write(next);
    }
    return line.toString(StandardCharsets.UTF_8).strip();
  }
}
