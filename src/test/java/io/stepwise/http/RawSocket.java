package io.stepwise.http;

import java.nio.ByteBuffer;

/** The client's side of a websocket, byte by byte. */
final class RawSocket {

  private RawSocket() {}

  static RawConnection open(TestServer server) {
    RawConnection raw = server.connect();
    raw.send(
        """
        GET /v1/stream HTTP/1.1
        Host: x
        Upgrade: websocket
        Connection: Upgrade
        Sec-WebSocket-Version: 13
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==

        """);
    int status = raw.receive().status();
    if (status != 101) {
      throw new AssertionError("status: " + status + " (expected: 101)");
    }
    return raw;
  }

  /**
   * Returns a frame of up to 65535 bytes, masked with zeros.
   *
   * @param first its first byte: flags and opcode
   */
  static byte[] frame(int first, byte[] data) {
    ByteBuffer frame = ByteBuffer.allocate(8 + data.length);
    frame.put((byte) first);
    if (data.length < 126) {
      frame.put((byte) (0x80 | data.length));
    } else {
      frame.put((byte) (0x80 | 126)).putShort((short) data.length);
    }
    frame.putInt(0).put(data).flip();
    byte[] bytes = new byte[frame.remaining()];
    frame.get(bytes);
    return bytes;
  }

  /** Reads one short frame, which must be a close, and returns its code. */
  static int closeCode(RawConnection raw) {
    byte[] head = raw.receive(2);
    byte[] data = raw.receive(head[1]);
    if ((head[0] & 0xF) != 8) {
      throw new AssertionError("opcode: " + (head[0] & 0xF) + " (expected: 8)");
    }
    return ((data[0] & 0xFF) << 8) | (data[1] & 0xFF);
  }
}
