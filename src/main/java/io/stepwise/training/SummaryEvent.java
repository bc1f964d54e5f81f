package io.stepwise.training;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

/**
 * TensorBoard's {@code Event} messages, as far as a training writes them: the file's version, named
 * numbers and a picture. The numbers of the fields are those of TensorFlow's {@code event.proto}
 * and {@code summary.proto}.
 */
final class SummaryEvent {

  private static final String FILE_VERSION = "brain.Event:2";
  private static final double MILLIS = 1e3;

  private static final int EVENT_WALL_TIME = 1;
  private static final int EVENT_STEP = 2;
  private static final int EVENT_FILE_VERSION = 3;
  private static final int EVENT_SUMMARY = 5;
  private static final int SUMMARY_VALUE = 1;
  private static final int VALUE_TAG = 1;
  private static final int VALUE_NUMBER = 2;
  private static final int VALUE_IMAGE = 4;
  private static final int IMAGE_HEIGHT = 1;
  private static final int IMAGE_WIDTH = 2;
  private static final int IMAGE_COLOURS = 3;
  private static final int IMAGE_BYTES = 4;

  private SummaryEvent() {}

  /** Writes one message's fields. */
  @FunctionalInterface
  private interface Fields {

    void write(CodedOutputStream out) throws IOException;
  }

  /** Returns the event that a file begins with. */
  static byte[] fileVersion() {
    return event(out -> out.writeString(EVENT_FILE_VERSION, FILE_VERSION));
  }

  /** Returns an event of numbers by tag, seen after an update. */
  static byte[] scalars(long step, Map<String, Double> numbers) {
    return summary(
        step,
        summary -> {
          for (Map.Entry<String, Double> number : numbers.entrySet()) {
            summary.writeByteArray(
                SUMMARY_VALUE,
                message(
                    value -> {
                      value.writeString(VALUE_TAG, number.getKey());
                      value.writeFloat(VALUE_NUMBER, number.getValue().floatValue());
                    }));
          }
        });
  }

  /** Returns an event of a PNG, drawn after an update. */
  static byte[] image(long step, String tag, SampleGrid grid) {
    byte[] image =
        message(
            out -> {
              out.writeInt32(IMAGE_HEIGHT, grid.height());
              out.writeInt32(IMAGE_WIDTH, grid.width());
              out.writeInt32(IMAGE_COLOURS, grid.channels());
              out.writeByteArray(IMAGE_BYTES, grid.png());
            });
    byte[] value =
        message(
            out -> {
              out.writeString(VALUE_TAG, tag);
              out.writeByteArray(VALUE_IMAGE, image);
            });
    return summary(step, summary -> summary.writeByteArray(SUMMARY_VALUE, value));
  }

  /**
   * Returns the number of the update that an event is of; 0 where it names none.
   *
   * @throws IOException if it is not an event
   */
  static long step(byte[] event) throws IOException {
    CodedInputStream in = CodedInputStream.newInstance(event);
    long step = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (tag == (EVENT_STEP << 3 | WireFormat.WIRETYPE_VARINT)) {
        step = in.readInt64();
      } else if (!in.skipField(tag)) {
        throw new IOException("an event: not one message");
      }
    }
    return step;
  }

  private static byte[] summary(long step, Fields summary) {
    return event(
        out -> {
          out.writeInt64(EVENT_STEP, step);
          out.writeByteArray(EVENT_SUMMARY, message(summary));
        });
  }

  private static byte[] event(Fields fields) {
    return message(
        out -> {
          out.writeDouble(EVENT_WALL_TIME, System.currentTimeMillis() / MILLIS);
          fields.write(out);
        });
  }

  private static byte[] message(Fields fields) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      fields.write(out);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("a message in memory", e);
    }
    return bytes.toByteArray();
  }
}
