package io.stepwise.cli;

import io.stepwise.bench.Benchmark;
import io.stepwise.bench.BenchmarkOptions;
import io.stepwise.bench.BenchmarkReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs one benchmark and prints what it found as a table or as JSON. */
@Command(
    name = "bench",
    description = {
      "Measure what this machine and this code can do, as ratios within one run.",
      "  kernel  the step kernel by batch size, against the matrix-product peak",
      "  served  the whole service at saturation, against the bare loop of its kernel",
      "  router  the service with a network that does nothing",
      "  policy  step by step against request by request, under the same arrivals",
      "  stream  throughput with every step streamed to 16 readers, against none",
      "  memory  resident size after a tenth, half and all of the images",
      "  train   the training loop, against forward and backward alone",
      "  cluster samplers behind one gateway with a network that sleeps, against linear"
    },
    sortOptions = false)
final class BenchCommand implements Callable<Integer> {

  private static final double MILLIS = 1000;
  private static final String LOG_LEVEL = "STEPWISE_LOG_LEVEL";

  @Parameters(
      paramLabel = "NAME",
      completionCandidates = Names.class,
      description = "One of ${COMPLETION-CANDIDATES}.")
  String name = "";

  @Option(
      names = "--model",
      paramLabel = "M",
      description = "A shipped model or a model folder (default: ${DEFAULT-VALUE}).",
      defaultValue = "fashion-mnist")
  String model = "";

  @Option(
      names = "--threads",
      paramLabel = "T",
      description = "Native threads of one kernel (default: ${DEFAULT-VALUE}).",
      defaultValue = "1")
  int threads;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "How often everything is measured (default: ${DEFAULT-VALUE}).",
      defaultValue = "5")
  int rounds;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      description = "Shortest time of one measurement (default: ${DEFAULT-VALUE}).",
      defaultValue = "0.5")
  double seconds;

  @Option(
      names = "--images",
      paramLabel = "K",
      description = "With memory: how many images are made (default: ${DEFAULT-VALUE}).",
      defaultValue = "2000")
  int images;

  @Option(
      names = "--requests",
      paramLabel = "K",
      description = "With policy: requests at each load (default: ${DEFAULT-VALUE}).",
      defaultValue = "300")
  int requests;

  @Option(
      names = "--nodes",
      paramLabel = "K",
      description = "With cluster: most samplers (default: ${DEFAULT-VALUE}).",
      defaultValue = "8")
  int nodes;

  @Option(
      names = "--plot",
      paramLabel = "FILE",
      description = "With policy: draw latency against load as SVG.")
  @Nullable Path plot;

  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  @Spec CommandSpec spec = CommandSpec.create();

  /** The benchmarks that there are. */
  static final class Names implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Benchmark.byName().keySet().iterator();
    }
  }

  @Override
  public Integer call() throws IOException {
    Benchmark benchmark = Benchmark.byName().get(name);
    if (benchmark == null) {
      throw new IllegalArgumentException(
          "benchmark: " + name + " (expected: one of " + Benchmark.byName().keySet() + ")");
    }
    if (!(seconds > 0)) {
      throw new IllegalArgumentException("--seconds: " + seconds + " (expected: > 0)");
    }
    if (plot != null && !benchmark.isDrawn()) {
      throw new IllegalArgumentException(
          "--plot: " + plot + " (expected: not with " + name + ", which draws nothing)");
    }
    if (plot != null) {
      OutputFile.requireWritable("--plot", plot);
    }
    keepRequestsOutOfLog();
    BenchmarkReport report =
        benchmark.run(
            new BenchmarkOptions(
                ModelLibrary.open(model, "cpu"),
                threads,
                rounds,
                Duration.ofMillis((long) Math.ceil(seconds * MILLIS)),
                images,
                requests,
                nodes));
    if (plot != null) {
      OutputFile.write("--plot", plot, report.plot());
    }
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      ModelFacts.printJson(out, json(report));
    } else {
      out.println(benchmark.question());
      out.println();
      BenchTable.print(out, report);
    }
    out.flush();
    return 0;
  }

  /** Unless the user wants them: thousands of lines would hide the table. */
  private static void keepRequestsOutOfLog() {
    if (System.getenv(LOG_LEVEL) == null && System.getProperty(LOG_LEVEL) == null) {
      System.setProperty(LOG_LEVEL, "WARN");
    }
    // before threads begin to log, of which some would wait for others to set logging up
    LoggerFactory.getILoggerFactory();
  }

  private Map<String, Object> json(BenchmarkReport report) {
    List<Map<String, Object>> targets = new ArrayList<>();
    for (BenchmarkReport.Target target : report.targets()) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("name", target.name());
      fields.put("value", target.value());
      fields.put(target.isUpper() ? "at_most" : "at_least", target.bound());
      fields.put("reached", target.isReached());
      targets.add(fields);
    }
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("benchmark", name);
    fields.put("facts", report.facts());
    fields.put("rows", report.rows());
    fields.put("targets", targets);
    return fields;
  }
}
