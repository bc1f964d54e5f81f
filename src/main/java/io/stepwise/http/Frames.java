package io.stepwise.http;

import org.apache.pekko.http.impl.engine.ws.FrameEvent;
import org.apache.pekko.http.impl.engine.ws.FrameEvent$;
import org.apache.pekko.http.impl.engine.ws.Protocol;
import org.apache.pekko.util.ByteString;
import scala.Option;

/** The frames that the server sends on a websocket, each a whole message. */
final class Frames {

  private static final int TEXT = 1;
  private static final int BINARY = 2;
  private static final int PING = 9;
  private static final int PONG = 10;
  private static final int MOST_REASON = 123;

  private Frames() {}

  static FrameEvent text(byte[] utf8) {
    return frame(TEXT, ByteString.fromArrayUnsafe(utf8));
  }

  static FrameEvent binary(byte[] data) {
    return frame(BINARY, ByteString.fromArrayUnsafe(data));
  }

  static FrameEvent ping() {
    return frame(PING, ByteString.emptyByteString());
  }

  static FrameEvent pong(ByteString data) {
    return frame(PONG, data);
  }

  /**
   * Returns the frame that closes a connection.
   *
   * @param reason for people, in ASCII; cut if it is too long
   */
  static FrameEvent close(int code, String reason) {
    String shown = reason.substring(0, Math.min(reason.length(), MOST_REASON));
    return FrameEvent$.MODULE$.closeFrame(code, shown, Option.empty());
  }

  private static FrameEvent frame(int opcode, ByteString data) {
    return FrameEvent$.MODULE$.fullFrame(
        Protocol.Opcode$.MODULE$.forCode((byte) opcode),
        Option.empty(),
        data,
        true,
        false,
        false,
        false);
  }
}
