package io.stepwise.bench;

import io.stepwise.sampling.ImageEncoder;
import io.stepwise.sampling.ServedModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The process's resident size while the service makes images: after a tenth of them, after half,
 * and after all. Reads Linux's {@code /proc}.
 *
 * <p>A full collection comes before each reading: it gives back what the heap has grown by only
 * because there was no need to collect, so that what counts is what is in use.
 */
final class MemoryBenchmark implements Benchmark {

  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String RESIDENT = "VmRSS:";
  private static final int BATCH_SIZE = 16;
  private static final int STEPS = 10;
  private static final double TARGET = 1.05;
  private static final double KIB_PER_MIB = 1024;

  @Override
  public String name() {
    return "memory";
  }

  @Override
  public String question() {
    return "resident size after a tenth, half and all of the images";
  }

  @Override
  public BenchmarkReport run(BenchmarkOptions options) {
    List<Map<String, Object>> rows = new ArrayList<>();
    ServedModel served = ServedModel.of(options.model(), 1, options.threads());
    int steps = Math.min(STEPS, served.plans().maxSteps());
    double first = 0;
    double last = 0;
    try (MeasuredService service = MeasuredService.start(served, BATCH_SIZE, ImageEncoder.png())) {
      int made = 0;
      for (int goal : List.of(options.images() / 10, options.images() / 2, options.images())) {
        do {
          made += service.generate(2 * BATCH_SIZE, steps);
        } while (made < goal);
        double resident = residentMiB();
        last = resident;
        first = first == 0 ? resident : first;
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("images", made);
        row.put("resident_mib", Figures.rounded(resident));
        row.put("of_first", Figures.rounded(resident / first));
        rows.add(row);
      }
    }
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("batch", BATCH_SIZE);
    facts.put("steps", steps);
    facts.put("threads", options.threads());
    return new BenchmarkReport(
        facts,
        rows,
        List.of(BenchmarkReport.Target.atMost("last size of the first", last / first, TARGET)));
  }

  private static double residentMiB() {
    System.gc();
    try {
      return Files.readAllLines(STATUS).stream()
              .filter(line -> line.startsWith(RESIDENT))
              .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
              .findFirst()
              .orElseThrow(() -> new IllegalStateException(STATUS + ": no " + RESIDENT))
          / KIB_PER_MIB;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
