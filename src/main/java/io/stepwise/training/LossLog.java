package io.stepwise.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
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

  /** Opens the log and drops what was written after this many updates. */
  static LossLog open(Path file, int steps) throws IOException {
    List<String> lines = new ArrayList<>(List.of(HEADER));
    if (Files.exists(file)) {
      Files.readAllLines(file).stream().skip(1).limit(steps).forEach(lines::add);
    }
    if (lines.size() != steps + 1) {
      throw new IOException(
          file + ": " + (lines.size() - 1) + " losses (expected: " + steps + " or more)");
    }
    Files.write(file, lines);
    return new LossLog(file);
  }

  /** Adds the updates since the last call. */
  void append(List<TrainingStep> steps) throws IOException {
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
    Files.write(file, lines, StandardOpenOption.APPEND);
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
