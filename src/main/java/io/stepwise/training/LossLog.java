package io.stepwise.training;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;

/** The losses of a run as a CSV file: one row an update, cut back when the run is continued. */
public final class LossLog {

  private static final String HEADER = "step,loss,gradient_norm,learning_rate,validation_loss";

  private static final int COLUMNS = HEADER.split(",").length;

  private final Path file;

  private LossLog(Path file) {
    this.file = file;
  }

  /**
   * Opens the log, which is made if need be, and drops what was written after this many updates and
   * not as a whole. One without rows, as after {@link #restore}, goes on from where the training
   * is.
   */
  static LossLog open(Path file, int steps) throws IOException {
    if (steps == 0 || !Files.exists(file)) {
      Files.writeString(file, HEADER + "\n");
      return new LossLog(file);
    }
    String text = Files.readString(file, StandardCharsets.US_ASCII);
    int end = text.indexOf('\n') + 1;
    int last = 0;
    while (last < steps && text.indexOf('\n', end) >= 0) {
      last = Integer.parseInt(text.substring(end, text.indexOf(',', end)));
      end = text.indexOf('\n', end) + 1;
    }
    if (last != steps && last != 0) {
      throw new IOException(file + ": losses up to " + last + " (expected: up to " + steps + ")");
    }
    truncate(file, end);
    return new LossLog(file);
  }

  /** Makes the file anew if somebody removed it; the rows in it are lost. */
  void restore() throws IOException {
    if (!Files.exists(file)) {
      Files.writeString(file, HEADER + "\n");
    }
  }

  /** Adds the updates since the last call: all of them, or none if it fails. */
  void append(List<TrainingStep> steps) throws IOException {
    long end = Files.size(file);
    List<String> lines =
        steps.stream()
            .map(
                step ->
                    String.format(
                        Locale.ROOT,
                        "%d,%s,%.5g,%.5g,%s",
                        step.step(),
                        step.loss(),
                        step.gradientNorm(),
                        step.learningRate(),
                        step.validationLoss() == null ? "" : step.validationLoss()))
            .toList();
    try {
      Files.write(file, lines, StandardOpenOption.APPEND);
    } catch (IOException e) {
      truncate(file, end);
      throw e;
    }
  }

  private static void truncate(Path file, long size) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(size);
    }
  }

  /** Returns all losses of a log in order, the first update's first. */
  public static double[] losses(Path file) throws IOException {
    return Files.readAllLines(file).stream()
        .skip(1)
        .mapToDouble(line -> Double.parseDouble(line.split(",", 3)[1]))
        .toArray();
  }

  /** Returns the losses on the images kept out of training, by the number of the update. */
  public static SortedMap<Integer, Double> validationLosses(Path file) throws IOException {
    SortedMap<Integer, Double> losses = new TreeMap<>();
    for (String line : Files.readAllLines(file)) {
      String[] fields = line.split(",", COLUMNS);
      if (!line.equals(HEADER) && !fields[COLUMNS - 1].isEmpty()) {
        losses.put(Integer.parseInt(fields[0]), Double.parseDouble(fields[COLUMNS - 1]));
      }
    }
    return losses;
  }
}
