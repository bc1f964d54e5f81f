package io.stepwise.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.http.FrameIntake.Incoming;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.http.impl.engine.ws.FrameData;
import org.apache.pekko.http.impl.engine.ws.FrameEvent;
import org.apache.pekko.http.impl.engine.ws.FrameEventParser;
import org.apache.pekko.http.impl.engine.ws.FrameHeader;
import org.apache.pekko.http.impl.engine.ws.FrameStart;
import org.apache.pekko.http.impl.engine.ws.Protocol;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;
import scala.Option;

class FrameIntakeTest {

  private static final int MASK = 0xA1B2C3D4;
  private static final int CONTINUATION = 0;
  private static final int TEXT = 1;
  private static final int BINARY = 2;
  private static final int CLOSE = 8;
  private static final int PING = 9;
  private static final int PONG = 10;

  private final FrameIntake intake = new FrameIntake(20);
  private final List<Incoming> taken = new ArrayList<>();

  @Test
  void textIsUnmasked() {
    send(TEXT, true, "häßlich");
    assertThat(texts()).containsExactly("häßlich");
  }

  @Test
  void messageIsPutTogetherFromFramesInParts() {
    sendInParts(TEXT, false, "abc", "defg", "h");
    assertThat(taken).isEmpty();
    send(PING, true, "in between");
    sendInParts(CONTINUATION, false, "", "ij");
    send(CONTINUATION, true, "");
    assertThat(texts()).containsExactly("abcdefghij");
    assertThat(taken.get(0)).isEqualTo(new Incoming.Ping(ByteString.fromString("in between")));
    send(TEXT, true, "next");
    assertThat(texts()).containsExactly("abcdefghij", "next");
  }

  @Test
  void controlFramesInPartsArePutTogether() {
    sendInParts(PING, true, "a", "b", "c");
    sendInParts(PONG, true, "d", "e");
    assertThat(taken).containsExactly(new Incoming.Ping(ByteString.fromString("abc")));
  }

  @Test
  void largestMessageIsTakenAndALargerOneRefusedByItsHeader() {
    send(TEXT, true, "x".repeat(20));
    assertThat(texts()).hasSize(1);
    take(new FrameStart(header(TEXT, true, 21), ByteString.emptyByteString()));
    assertViolation(FrameIntake.TOO_LARGE, "more than 20 bytes (expected: at most 20)");
  }

  @Test
  void sizeCountsOverAllFramesOfAMessage() {
    send(TEXT, false, "x".repeat(15));
    take(new FrameStart(header(CONTINUATION, false, Long.MAX_VALUE), ByteString.emptyByteString()));
    assertViolation(FrameIntake.TOO_LARGE, "more than 20 bytes (expected: at most 20)");
  }

  @Test
  void binaryFrameIsRefused() {
    send(BINARY, true, "x");
    assertViolation(FrameIntake.UNSUPPORTED_DATA, "a binary frame (expected: text frames)");
  }

  @Test
  void textThatIsNotUtf8IsRefused() {
    take(frame(TEXT, true, ByteString.fromArray(new byte[] {(byte) 0xC3, 'x'})));
    assertViolation(FrameIntake.NOT_UTF_8, "the text is not UTF-8");
  }

  @Test
  void characterMayBeCutByAFrame() {
    byte[] utf8 = "é".getBytes(StandardCharsets.UTF_8);
    take(frame(TEXT, false, ByteString.fromArray(utf8, 0, 1)));
    take(frame(CONTINUATION, true, ByteString.fromArray(utf8, 1, 1)));
    assertThat(texts()).containsExactly("é");
  }

  @Test
  void brokenFramingIsAProtocolError() {
    assertProtocolError(new FrameIntake(20), frame(CONTINUATION, true, "x"));
    FrameIntake within = new FrameIntake(20);
    within.take(frame(TEXT, false, "x"));
    assertProtocolError(within, frame(TEXT, true, "y"));
    assertProtocolError(new FrameIntake(20), frame(3, true, "x"));
    assertProtocolError(new FrameIntake(20), frame(11, true, "x"));
    assertProtocolError(new FrameIntake(20), frame(PING, false, "x"));
    assertProtocolError(
        new FrameIntake(20), new FrameStart(header(PING, true, 126), ByteString.emptyByteString()));
    assertProtocolError(
        new FrameIntake(20),
        new FrameStart(
            new FrameHeader(opcode(TEXT), Option.empty(), 1, true, false, false, false),
            ByteString.fromString("x")));
    assertProtocolError(
        new FrameIntake(20),
        new FrameStart(
            new FrameHeader(opcode(TEXT), Option.apply(MASK), 0, true, true, false, false),
            ByteString.emptyByteString()));
  }

  @Test
  void closeIsAnsweredWithItsCodeOrWithWhatIsWrongAboutIt() {
    assertThat(closeAnswer()).isEqualTo(1000);
    assertThat(closeAnswer(1001 >> 8, 1001 & 0xFF)).isEqualTo(1001);
    assertThat(closeAnswer(4000 >> 8, 4000 & 0xFF, 'o', 'k')).isEqualTo(4000);
    assertThat(closeAnswer(3)).isEqualTo(FrameIntake.PROTOCOL_ERROR);
    assertThat(closeAnswer(1005 >> 8, 1005 & 0xFF)).isEqualTo(FrameIntake.PROTOCOL_ERROR);
    assertThat(closeAnswer(0, 0)).isEqualTo(FrameIntake.PROTOCOL_ERROR);
    assertThat(closeAnswer(0xFF, 0xFF)).isEqualTo(FrameIntake.PROTOCOL_ERROR);
  }

  private int closeAnswer(int... data) {
    byte[] bytes = new byte[data.length];
    for (int i = 0; i < data.length; i++) {
      bytes[i] = (byte) data[i];
    }
    taken.clear();
    take(frame(CLOSE, true, ByteString.fromArray(bytes)));
    return ((Incoming.Closed) taken.get(0)).answer();
  }

  private static void assertProtocolError(FrameIntake intake, FrameEvent part) {
    assertThat(intake.take(part))
        .containsInstanceOf(Incoming.Violation.class)
        .get()
        .extracting(incoming -> ((Incoming.Violation) incoming).code())
        .isEqualTo(FrameIntake.PROTOCOL_ERROR);
  }

  private void assertViolation(int code, String reason) {
    assertThat(taken).last().isEqualTo(new Incoming.Violation(code, reason));
  }

  private List<String> texts() {
    return taken.stream()
        .filter(Incoming.Text.class::isInstance)
        .map(text -> new String(((Incoming.Text) text).utf8(), StandardCharsets.UTF_8))
        .toList();
  }

  private void send(int opcode, boolean isLast, String data) {
    take(frame(opcode, isLast, data));
  }

  private void sendInParts(int opcode, boolean isLast, String... parts) {
    ByteString all = ByteString.fromString(String.join("", parts));
    ByteString masked = FrameEventParser.mask(all, Option.apply((Object) MASK));
    int sent = parts[0].length();
    take(new FrameStart(header(opcode, isLast, all.size()), masked.take(sent)));
    for (int i = 1; i < parts.length; i++) {
      ByteString data = masked.slice(sent, sent + parts[i].length());
      sent += parts[i].length();
      take(new FrameData(data, i == parts.length - 1));
    }
  }

  private void take(FrameEvent part) {
    intake.take(part).ifPresent(taken::add);
  }

  private static FrameStart frame(int opcode, boolean isLast, String data) {
    return frame(opcode, isLast, ByteString.fromString(data));
  }

  private static FrameStart frame(int opcode, boolean isLast, ByteString data) {
    return new FrameStart(
        header(opcode, isLast, data.size()),
        FrameEventParser.mask(data, Option.apply((Object) MASK)));
  }

  private static FrameHeader header(int opcode, boolean isLast, long length) {
    return new FrameHeader(
        opcode(opcode), Option.apply((Object) MASK), length, isLast, false, false, false);
  }

  private static Protocol.Opcode opcode(int code) {
    return Protocol.Opcode$.MODULE$.forCode((byte) code);
  }
}
