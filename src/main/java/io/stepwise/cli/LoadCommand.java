package io.stepwise.cli;

import io.stepwise.load.HtmlReport;
import io.stepwise.load.JsonReport;
import io.stepwise.load.Load;
import io.stepwise.load.LoadOptions;
import io.stepwise.load.LoadReport;
import io.stepwise.load.LoadTest;
import io.stepwise.load.RequestOptions;
import io.stepwise.load.Slo;
import io.stepwise.load.Streaming;
import io.stepwise.load.Target;
import io.stepwise.load.TextReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Presses a server with requests and reports how long they took. */
@Command(
    name = "load",
    description = {
      "Send requests to a server as many people would, and report how long they took.",
      "Latency counts from when a request should have been sent, however late it was.",
      "Ctrl-C ends the test and reports what there is."
    },
    sortOptions = false)
final class LoadCommand implements Callable<Integer> {

  private static final String TO_OUTPUT = "-";

  @Option(
      names = "--url",
      required = true,
      paramLabel = "URL",
      description = "Where the server is, as http://127.0.0.1:8080.")
  URI url = URI.create("");

  @Option(
      names = "--rate",
      split = ",",
      paramLabel = "R",
      description =
          "Requests a second that come whether or not earlier ones were answered, at random"
              + " (Poisson); several by commas are tried one after the other.")
  List<Double> rates = new ArrayList<>();

  @Option(
      names = "--burstiness",
      paramLabel = "B",
      description =
          "With --rate: shape of the gamma-distributed times between requests; 1 is Poisson, less"
              + " is burstier (default: ${DEFAULT-VALUE}).",
      defaultValue = "1")
  double burstiness;

  @Option(
      names = "--concurrency",
      split = ",",
      paramLabel = "C",
      description =
          "Instead of --rate: so many clients, each of which sends its next request when the last"
              + " one is answered; several by commas.")
  List<Integer> concurrencies = new ArrayList<>();

  @Option(
      names = "--duration",
      paramLabel = "T",
      converter = DurationConverter.class,
      description = "For how long requests are sent (default: ${DEFAULT-VALUE}).",
      defaultValue = "30s")
  Duration duration = Duration.ZERO;

  @Mixin RequestArguments requests = new RequestArguments();

  @Option(
      names = "--stream",
      paramLabel = "HOW",
      description = "none, sse or websocket: how images come (default: ${DEFAULT-VALUE}).",
      defaultValue = "none")
  String stream = "";

  @Option(
      names = "--sockets",
      paramLabel = "N",
      description =
          "With --stream websocket: websockets that all requests share; 0 gives each request in"
              + " flight its own (default: ${DEFAULT-VALUE}).",
      defaultValue = "0")
  int sockets;

  @Option(
      names = "--slo",
      paramLabel = "T|Fx",
      description =
          "Latency within which an answer is good: a time as 2s, or a multiple as 3x of what a"
              + " request of as many steps takes on the idle server.")
  @Nullable String slo;

  @Option(
      names = "--warm-up",
      paramLabel = "N",
      description =
          "Requests of each step count sent alone before, whose median is the unloaded time"
              + " (default: ${DEFAULT-VALUE}).",
      defaultValue = "3")
  int warmUp;

  @Option(
      names = "--timeout",
      paramLabel = "T",
      converter = DurationConverter.class,
      description = "After which a request is given up (default: ${DEFAULT-VALUE}).",
      defaultValue = "60s")
  Duration timeout = Duration.ZERO;

  @Option(
      names = "--max-in-flight",
      paramLabel = "N",
      description =
          "Requests in flight above which further ones count as failed unsent (default:"
              + " ${DEFAULT-VALUE}).",
      defaultValue = "10000")
  int maxInFlight;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description =
          "Decides when which request is sent, and the images' seeds (default: ${DEFAULT-VALUE}).",
      defaultValue = "0")
  long seed;

  @Mixin KeyArguments key = new KeyArguments();

  @Option(
      names = "--openai",
      description =
          "Send nothing but the fields of OpenAI's image API, for any server that has it.")
  boolean openAi;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Write the report as JSON; - prints it instead of the tables.")
  @Nullable String json;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description = "Write the report with plots as one HTML page.")
  @Nullable Path html;

  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException {
    LoadOptions options = options();
    requireWritable();
    try (LoadScreen screen = new LoadScreen(options)) {
      LoadTest test = new LoadTest(options, screen);
      screen.stopOnInterrupt(test);
      LoadReport report = test.run();
      screen.clear();
      write(report);
      return report.anySucceeded() ? 0 : 1;
    }
  }

  private LoadOptions options() {
    Target target = new Target(url, key.read(), openAi, streaming(), sockets, timeout, maxInFlight);
    RequestOptions asked = requests.read();
    return new LoadOptions(target, asked, loads(), duration, warmUp, slo(), seed);
  }

  private List<Load> loads() {
    if (rates.isEmpty() == concurrencies.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(),
          "--rate: "
              + (rates.isEmpty() ? "missing" : "given")
              + " (expected: it or --concurrency)");
    }
    List<Load> loads = new ArrayList<>();
    rates.forEach(rate -> loads.add(new Load.Open(rate, burstiness)));
    concurrencies.forEach(concurrency -> loads.add(new Load.Closed(concurrency)));
    return loads;
  }

  private Streaming streaming() {
    return switch (stream) {
      case "none" -> Streaming.NONE;
      case "sse" -> Streaming.SSE;
      case "websocket" -> Streaming.WEBSOCKET;
      default ->
          throw new IllegalArgumentException(
              "--stream: " + stream + " (expected: none, sse or websocket)");
    };
  }

  private @Nullable Slo slo() {
    if (slo == null) {
      return null;
    }
    try {
      return slo.endsWith("x")
          ? new Slo.OfUnloaded(Double.parseDouble(slo.substring(0, slo.length() - 1)))
          : new Slo.Within(new DurationConverter().convert(slo));
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          "--slo: " + slo + " (expected: a time as 2s, or a multiple of the unloaded time as 3x)",
          e);
    }
  }

  /** Fails before the test rather than after it where a report could not be written. */
  private void requireWritable() {
    if (json != null && !json.equals(TO_OUTPUT)) {
      OutputFile.requireWritable("--json", Path.of(json));
    }
    if (html != null) {
      OutputFile.requireWritable("--html", html);
    }
  }

  private void write(LoadReport report) throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    if (TO_OUTPUT.equals(json)) {
      out.println(JsonReport.of(report));
    } else {
      out.print(TextReport.of(report));
    }
    out.flush();
    if (json != null && !json.equals(TO_OUTPUT)) {
      OutputFile.write("--json", Path.of(json), JsonReport.of(report) + System.lineSeparator());
    }
    if (html != null) {
      OutputFile.write("--html", html, HtmlReport.of(report));
    }
  }
}
