package io.stepwise.http;

import io.stepwise.http.FrameIntake.Incoming.Closed;
import io.stepwise.http.FrameIntake.Incoming.Ping;
import io.stepwise.http.FrameIntake.Incoming.Text;
import io.stepwise.http.FrameIntake.Incoming.Violation;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.pekko.http.impl.engine.ws.FrameData;
import org.apache.pekko.http.impl.engine.ws.FrameEvent;
import org.apache.pekko.http.impl.engine.ws.FrameEventParser;
import org.apache.pekko.http.impl.engine.ws.FrameHeader;
import org.apache.pekko.http.impl.engine.ws.FrameStart;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;
import scala.Tuple2;

/**
 * Puts the messages of a websocket's client together from its frames, as RFC 6455 says and within a
 * size. Not thread safe.
 *
 * <p>Frames come in parts, as the network gives them; no more than the limit is ever kept, and what
 * is too large is known when its header is read.
 */
final class FrameIntake {

  /** The close code of a connection that has served its purpose. */
  static final int NORMAL = 1000;

  /** The close code of a client that breaks the protocol of websockets. */
  static final int PROTOCOL_ERROR = 1002;

  /** The close code of one that sends something else than text. */
  static final int UNSUPPORTED_DATA = 1003;

  /** The close code of one whose text is not UTF-8. */
  static final int NOT_UTF_8 = 1007;

  /** The close code of one that sends too large a message. */
  static final int TOO_LARGE = 1009;

  private static final int CONTINUATION = 0;
  private static final int TEXT = 1;
  private static final int BINARY = 2;
  private static final int CLOSE = 8;
  private static final int PING = 9;
  private static final int PONG = 10;
  private static final int FIRST_CONTROL = 8;
  private static final int MOST_CONTROL_BYTES = 125;

  /** What has arrived as a whole. */
  sealed interface Incoming {

    /** A text message. */
    record Text(byte[] utf8) implements Incoming {}

    /** To be answered with the same bytes. */
    record Ping(ByteString data) implements Incoming {}

    /**
     * The client closes the connection.
     *
     * @param answer the code to close with in turn
     */
    record Closed(int answer) implements Incoming {}

    /** The connection is to be closed with this code. */
    record Violation(int code, String reason) implements Incoming {}
  }

  private final int maxBytes;
  private final ByteArrayOutputStream message = new ByteArrayOutputStream();
  private final ByteArrayOutputStream control = new ByteArrayOutputStream();
  private boolean isInMessage;
  private @Nullable FrameHeader frame;
  private int mask;

  /**
   * Takes messages up to a size.
   *
   * @param maxBytes largest message, over all its frames
   */
  FrameIntake(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** Takes a part of a frame; returns what it completes, if anything that matters. */
  Optional<Incoming> take(FrameEvent part) {
    if (part instanceof FrameStart start) {
      Optional<Incoming> violation = begin(start.header());
      if (violation.isPresent()) {
        return violation;
      }
      return add(start.header(), start.data(), start.lastPart());
    }
    if (part instanceof FrameData data && frame != null) {
      return add(frame, data.data(), data.lastPart());
    }
    throw new IllegalStateException("part: " + part + " (expected: the start of a frame)");
  }

  /** Returns whether a part of a frame begins one that closes the connection. */
  static boolean isClose(FrameEvent part) {
    return part instanceof FrameStart start && start.header().opcode().code() == CLOSE;
  }

  private Optional<Incoming> begin(FrameHeader header) {
    int opcode = header.opcode().code();
    if (header.rsv1() || header.rsv2() || header.rsv3()) {
      return violation(PROTOCOL_ERROR, "reserved bits are set");
    }
    if (header.mask().isEmpty()) {
      return violation(PROTOCOL_ERROR, "the frame is not masked");
    }
    Optional<Incoming> violation =
        opcode >= FIRST_CONTROL ? controlViolation(header, opcode) : dataViolation(header, opcode);
    frame = header;
    mask = (Integer) header.mask().get();
    return violation;
  }

  private static Optional<Incoming> controlViolation(FrameHeader header, int opcode) {
    if (!header.fin() || header.length() > MOST_CONTROL_BYTES) {
      return violation(PROTOCOL_ERROR, "a control frame is too long or in parts");
    }
    return opcode == CLOSE || opcode == PING || opcode == PONG
        ? Optional.empty()
        : violation(PROTOCOL_ERROR, "opcode: " + opcode + " (expected: one of RFC 6455)");
  }

  private Optional<Incoming> dataViolation(FrameHeader header, int opcode) {
    if (opcode == BINARY) {
      return violation(UNSUPPORTED_DATA, "a binary frame (expected: text frames)");
    }
    if (opcode != (isInMessage ? CONTINUATION : TEXT)) {
      return violation(PROTOCOL_ERROR, "a frame of another kind within a message");
    }
    if (header.length() > maxBytes - message.size()) {
      return violation(
          TOO_LARGE, "more than " + maxBytes + " bytes (expected: at most " + maxBytes + ")");
    }
    return Optional.empty();
  }

  private Optional<Incoming> add(FrameHeader header, ByteString masked, boolean isLast) {
    Tuple2<ByteString, Object> unmasked = FrameEventParser.mask(masked, mask);
    mask = (Integer) unmasked._2();
    boolean isControl = header.opcode().isControl();
    (isControl ? control : message).writeBytes(unmasked._1().toArrayUnsafe());
    if (!isControl) {
      isInMessage = !(isLast && header.fin());
    }
    if (!isLast) {
      return Optional.empty();
    }
    if (isControl) {
      return control(header.opcode().code());
    }
    return isInMessage ? Optional.empty() : text();
  }

  private Optional<Incoming> control(int opcode) {
    byte[] data = control.toByteArray();
    control.reset();
    return switch (opcode) {
      case PING -> Optional.of(new Ping(ByteString.fromArrayUnsafe(data)));
      case CLOSE -> Optional.of(new Closed(closeAnswer(data)));
      default -> Optional.empty();
    };
  }

  private static int closeAnswer(byte[] data) {
    if (data.length == 0) {
      return NORMAL;
    }
    int code = data.length == 1 ? 0 : ((data[0] & 0xFF) << 8) | (data[1] & 0xFF);
    boolean isDefined = code >= 1000 && code <= 1011 && (code < 1004 || code > 1006);
    boolean isPrivate = code >= 3000 && code <= 4999;
    return isDefined || isPrivate ? code : PROTOCOL_ERROR;
  }

  private Optional<Incoming> text() {
    byte[] utf8 = message.toByteArray();
    message.reset();
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8));
      return Optional.of(new Text(utf8));
    } catch (CharacterCodingException e) {
      return violation(NOT_UTF_8, "the text is not UTF-8");
    }
  }

  private static Optional<Incoming> violation(int code, String reason) {
    return Optional.of(new Violation(code, reason));
  }
}
