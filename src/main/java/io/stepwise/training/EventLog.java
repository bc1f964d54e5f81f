package io.stepwise.training;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * The course of a training as a TensorBoard event file, seen there as it goes on. Every event is
 * written at once, so a process that dies leaves at most the last one torn, which readers and
 * {@link #open} pass over. Confined to one thread.
 *
 * <p>The file is a row of TFRecords: the length of the message in 8 bytes, the masked CRC-32C of
 * these bytes in 4, the message, and the masked CRC-32C of the message in 4, all little-endian.
 */
final class EventLog implements AutoCloseable {

  private static final int LENGTH_BYTES = Long.BYTES;
  private static final int CHECKSUM_BYTES = Integer.BYTES;
  private static final int MASK_DELTA = 0xa282ead8;
  private static final int MASK_ROTATION = 15;

  private final FileChannel channel;
  private final int batchSize;

  private EventLog(FileChannel channel, int batchSize) {
    this.channel = channel;
    this.batchSize = batchSize;
  }

  /**
   * Opens a file, which is made if need be, and drops the events after an update and whatever comes
   * after a torn record.
   *
   * @param step number of the last update whose events are kept
   * @param batchSize images of an update
   */
  static EventLog open(Path file, int step, int batchSize) throws IOException {
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      channel.truncate(keptBytes(channel, step));
      EventLog log = new EventLog(channel, batchSize);
      if (channel.size() == 0) {
        log.write(SummaryEvent.fileVersion());
      }
      return log;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** Adds the figures of an update. */
  void add(TrainingStep step) throws IOException {
    Map<String, Double> numbers = new LinkedHashMap<>();
    numbers.put("loss/training", step.loss());
    if (step.validationLoss() != null) {
      numbers.put("loss/validation", step.validationLoss());
    }
    numbers.put("gradient_norm", step.gradientNorm());
    numbers.put("learning_rate", step.learningRate());
    numbers.put("images_per_second", batchSize / step.seconds());
    write(SummaryEvent.scalars(step.step(), numbers));
  }

  /** Adds a picture drawn after an update. */
  void add(int step, SampleGrid grid) throws IOException {
    write(SummaryEvent.image(step, "samples", grid));
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private void write(byte[] message) throws IOException {
    ByteBuffer record = littleEndian(LENGTH_BYTES + message.length + 2 * CHECKSUM_BYTES);
    record.putLong(message.length);
    record.putInt(maskedChecksum(record.duplicate().flip()));
    record.put(message);
    record.putInt(maskedChecksum(ByteBuffer.wrap(message)));
    record.flip();
    long end = channel.size();
    channel.position(end);
    try {
      while (record.hasRemaining()) {
        channel.write(record);
      }
    } catch (IOException e) {
      channel.truncate(end);
      throw e;
    }
  }

  /** Returns how many bytes from the first on are whole records of events up to an update. */
  private static long keptBytes(FileChannel channel, int step) throws IOException {
    long position = 0;
    while (true) {
      ByteBuffer header = read(channel, position, LENGTH_BYTES + CHECKSUM_BYTES);
      int headerSum = maskedChecksum(header.slice(0, Math.min(LENGTH_BYTES, header.limit())));
      if (header.limit() < LENGTH_BYTES + CHECKSUM_BYTES
          || header.getInt(LENGTH_BYTES) != headerSum
          || header.getLong(0) > channel.size() - position) {
        return position;
      }
      int length = (int) header.getLong(0);
      ByteBuffer body = read(channel, position + header.limit(), length + CHECKSUM_BYTES);
      if (body.limit() < length + CHECKSUM_BYTES
          || body.getInt(length) != maskedChecksum(body.slice(0, length))) {
        return position;
      }
      byte[] message = new byte[length];
      body.get(message);
      if (SummaryEvent.step(message) > step) {
        return position;
      }
      position += header.limit() + body.limit();
    }
  }

  /** Returns the bytes from a position on; fewer than asked for where the file ends. */
  private static ByteBuffer read(FileChannel channel, long position, int count) throws IOException {
    ByteBuffer bytes = littleEndian(count);
    while (bytes.hasRemaining() && channel.read(bytes, position + bytes.position()) >= 0) {
      // The file gives what it has at once or in parts.
    }
    return bytes.flip();
  }

  private static ByteBuffer littleEndian(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The format masks its checksums so that those of data which hold checksums stay good. */
  private static int maskedChecksum(ByteBuffer bytes) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes);
    return Integer.rotateRight((int) checksum.getValue(), MASK_ROTATION) + MASK_DELTA;
  }
}
