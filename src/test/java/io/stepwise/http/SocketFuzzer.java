package io.stepwise.http;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Makes what a client sends on a websocket: frames of damaged messages, fragments, control frames,
 * and frames that break the protocol. The same number always gives the same.
 */
final class SocketFuzzer {

  /** Frames on each socket. */
  static final int FRAMES = 10;

  private static final int CONTINUATION = 0;
  private static final int TEXT = 1;
  private static final int BINARY = 2;
  private static final int CLOSE = 8;
  private static final int PING = 9;
  private static final int PONG = 10;
  private static final int FIN = 0x80;
  private static final int MASKED = 0x80;

  private static final List<String> MESSAGES =
      List.of(
          "{\"type\":\"generate\",\"id\":\"a\",\"prompt\":\"bag\",\"steps\":5,\"preview_every\":1}",
          "{\"type\":\"generate\",\"n\":3,\"steps\":4,\"preview\":\"noisy\",\"preview_every\":2}",
          "{\"type\":\"generate\",\"id\":\"b\",\"steps\":3,\"detached\":true,\"deadline_ms\":5000}",
          "{\"type\":\"cancel\",\"id\":\"a\"}",
          "{\"type\":\"watch\",\"topic\":\"fleet\"}",
          "{\"type\":\"unwatch\",\"topic\":\"fleet\"}",
          "{\"type\":\"ping\"}");

  private static final String HANDSHAKE =
      """
      GET /v1/stream HTTP/1.1
      Host: localhost
      Upgrade: websocket
      Connection: Upgrade
      Sec-WebSocket-Version: 13
      Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==

      """;

  private final Random random;
  private final JsonFuzzer json;

  private SocketFuzzer(long number) {
    this.random = new Random(number * 0x9E3779B97F4A7C15L);
    this.json = new JsonFuzzer(random);
  }

  /** Returns the handshake and the frames of a number, the last of which says good-bye. */
  static List<byte[]> writes(long number) {
    return new SocketFuzzer(number).make();
  }

  private List<byte[]> make() {
    List<byte[]> writes = new ArrayList<>();
    writes.add(HANDSHAKE.replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII));
    for (int i = 0; i < FRAMES; i++) {
      writes.add(next());
    }
    writes.add(frame(FIN | CLOSE, new byte[] {3, (byte) 0xe8}));
    return writes;
  }

  private byte[] next() {
    byte[] message = json.damaged(MESSAGES.get(random.nextInt(MESSAGES.size())));
    return switch (random.nextInt(40)) {
      case 0 -> frame(FIN | BINARY, message);
      case 1 -> frame(FIN | CONTINUATION, message);
      case 2 -> frame(TEXT, message);
      case 3 -> frame(FIN | random.nextInt(16), message);
      case 4 -> frame(0x40 | FIN | TEXT, message);
      case 5 -> frame(FIN | PING, new byte[random.nextInt(200)]);
      case 6 -> frame(FIN | TEXT, new byte[random.nextInt(200_000)]);
      case 7 -> frame(FIN | CLOSE, message);
      case 8 -> message;
      case 9, 10 -> frame(FIN | PING, new byte[random.nextInt(126)]);
      case 11 -> frame(FIN | PONG, new byte[random.nextInt(126)]);
      case 12, 13, 14, 15, 16 -> fragments(message);
      default -> frame(FIN | TEXT, message);
    };
  }

  private byte[] fragments(byte[] message) {
    ByteArrayOutputStream frames = new ByteArrayOutputStream();
    int from = 0;
    while (from < message.length && random.nextInt(4) > 0) {
      int to = from + random.nextInt(message.length - from + 1);
      frames.writeBytes(frame(from == 0 ? TEXT : CONTINUATION, slice(message, from, to)));
      if (random.nextInt(5) == 0) {
        frames.writeBytes(frame(FIN | PING, new byte[0]));
      }
      if (to == 0) {
        break;
      }
      from = to;
    }
    int last = from == 0 ? TEXT : CONTINUATION;
    frames.writeBytes(frame(FIN | last, slice(message, from, message.length)));
    return frames.toByteArray();
  }

  private static byte[] slice(byte[] bytes, int from, int to) {
    return Arrays.copyOfRange(bytes, from, to);
  }

  /** Returns a frame with a mask of its own. */
  private byte[] frame(int first, byte[] payload) {
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    frame.write(first);
    if (payload.length < 126) {
      frame.write(MASKED | payload.length);
    } else if (payload.length < 1 << 16) {
      frame.write(MASKED | 126);
      frame.write(payload.length >> 8);
      frame.write(payload.length);
    } else {
      frame.write(MASKED | 127);
      for (int shift = 56; shift >= 0; shift -= 8) {
        frame.write((int) ((long) payload.length >> shift));
      }
    }
    byte[] mask = new byte[4];
    random.nextBytes(mask);
    frame.writeBytes(mask);
    for (int i = 0; i < payload.length; i++) {
      frame.write(payload[i] ^ mask[i % 4]);
    }
    return frame.toByteArray();
  }
}
