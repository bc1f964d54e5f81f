package io.stepwise.training;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a TensorBoard event file by the rules of its format alone: TFRecords whose checksums must
 * hold, of messages whose fields are found by number.
 */
final class EventFileReader {

  private static final long CASTAGNOLI = 0x82f63b78L;

  private EventFileReader() {}

  /** One event; what it does not hold is empty. */
  record Event(
      double wallTime,
      long step,
      String fileVersion,
      Map<String, Float> numbers,
      Map<String, Image> images) {}

  /** A picture and its bytes as unsigned numbers. */
  record Image(long height, long width, long channels, List<Integer> bytes) {}

  static List<Event> read(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    List<Event> events = new ArrayList<>();
    while (bytes.hasRemaining()) {
      int begin = bytes.position();
      int length = Math.toIntExact(bytes.getLong());
      assertThat(bytes.getInt()).isEqualTo(masked(bytes, begin, Long.BYTES));
      byte[] message = new byte[length];
      int messageBegin = bytes.position();
      bytes.get(message);
      assertThat(bytes.getInt()).isEqualTo(masked(bytes, messageBegin, length));
      events.add(event(UnknownFieldSet.parseFrom(message)));
    }
    return events;
  }

  /** The checksum bit by bit, from its polynomial. */
  private static int masked(ByteBuffer bytes, int from, int count) {
    long crc = 0xffffffffL;
    for (int i = from; i < from + count; i++) {
      crc ^= bytes.get(i) & 0xff;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 1) == 1 ? crc >>> 1 ^ CASTAGNOLI : crc >>> 1;
      }
    }
    long sum = crc ^ 0xffffffffL;
    return (int) ((sum >>> 15 | sum << 17) + 0xa282ead8L);
  }

  private static Event event(UnknownFieldSet event) throws IOException {
    Map<String, Float> numbers = new LinkedHashMap<>();
    Map<String, Image> images = new LinkedHashMap<>();
    for (ByteString summary : event.getField(5).getLengthDelimitedList()) {
      for (ByteString bytes :
          UnknownFieldSet.parseFrom(summary).getField(1).getLengthDelimitedList()) {
        UnknownFieldSet value = UnknownFieldSet.parseFrom(bytes);
        String tag = value.getField(1).getLengthDelimitedList().get(0).toStringUtf8();
        value
            .getField(2)
            .getFixed32List()
            .forEach(bits -> numbers.put(tag, Float.intBitsToFloat(bits)));
        for (ByteString image : value.getField(4).getLengthDelimitedList()) {
          images.put(tag, image(UnknownFieldSet.parseFrom(image)));
        }
      }
    }
    List<Long> steps = event.getField(2).getVarintList();
    List<ByteString> versions = event.getField(3).getLengthDelimitedList();
    return new Event(
        Double.longBitsToDouble(event.getField(1).getFixed64List().get(0)),
        steps.isEmpty() ? 0 : steps.get(0),
        versions.isEmpty() ? "" : versions.get(0).toStringUtf8(),
        numbers,
        images);
  }

  private static Image image(UnknownFieldSet image) {
    List<Integer> bytes = new ArrayList<>();
    for (byte value : image.getField(4).getLengthDelimitedList().get(0).toByteArray()) {
      bytes.add(value & 0xff);
    }
    return new Image(
        image.getField(1).getVarintList().get(0),
        image.getField(2).getVarintList().get(0),
        image.getField(3).getVarintList().get(0),
        bytes);
  }
}
