package io.stepwise.bench;

import io.stepwise.batching.CostModel;
import io.stepwise.batching.StepTime;
import io.stepwise.network.DenoisingModel;
import io.stepwise.network.StepInput;
import io.stepwise.plot.LinePlot;
import io.stepwise.sampling.ServedModel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Policies that make a batch anew for every step against {@code request}, whose batches run to
 * their end, under one recorded sequence of arrivals: one image a request, of 10, 50 or 250 steps.
 *
 * <p>Everything is real but the device, which takes the time that the model's kernel was measured
 * to take, by batch size, before: so all policies have the same device, all runs can be made at the
 * same time, and other work on the machine disturbs none of them more than another. No request has
 * a deadline that is near, so that none is refused and each counts.
 */
final class PolicyBenchmark implements Benchmark {

  private static final String REQUEST = "request";
  private static final String DEFAULT = "deadline";
  private static final List<String> POLICIES =
      List.of(REQUEST, "fifo", "shortest-remaining", DEFAULT);
  private static final List<Double> LOADS = List.of(0.3, 0.5, 0.7, 0.8, 0.9);
  private static final double LOAD_OF_TARGET = 0.7;
  private static final List<Integer> BATCH_SIZES = List.of(1, 2, 4, 8, 16);
  private static final int BATCH_SIZE = 16;
  private static final double TIGHT = 1.5;
  private static final double LOOSE = 3;
  private static final double SPEED_UP = 5;
  private static final double MEDIAN = 50;
  private static final double TAIL = 99;
  private static final double SECOND = 1e9;

  @Override
  public String name() {
    return "policy";
  }

  @Override
  public String question() {
    return "latency and goodput of step-level policies against request, under the same arrivals";
  }

  @Override
  public boolean isDrawn() {
    return true;
  }

  @Override
  public BenchmarkReport run(BenchmarkOptions options) {
    CostModel costs = measure(options);
    DenoisingModel device = new IdleModel(costs::nanos);
    Map<Integer, Long> unloaded = unloaded(device, options.rounds());
    double capacity = BATCH_SIZE * SECOND / costs.nanos(BATCH_SIZE);
    List<PolicyRun> runs =
        LOADS.stream()
            .flatMap(load -> POLICIES.stream().map(policy -> new PolicyRun(policy, load)))
            .toList();
    List<Arrival> arrivals = Arrival.sequence(options.requests());
    runAll(runs, run -> run.run(device, BATCH_SIZE, arrivals, gapNanos(run.load(), capacity)));
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("requests", options.requests());
    facts.put("capacity_image_steps_per_second", Figures.rounded(capacity));
    unloaded.forEach(
        (steps, nanos) -> facts.put("unloaded_ms_" + steps, Figures.rounded(nanos / 1e6)));
    return new BenchmarkReport(
        facts,
        runs.stream().map(run -> row(run, unloaded, capacity)).toList(),
        targets(runs, unloaded),
        plot(runs));
  }

  private static double gapNanos(double load, double capacity) {
    return SECOND * Arrival.meanSteps() / (load * capacity);
  }

  /** Measures the steps of the model by batch size. */
  private static CostModel measure(BenchmarkOptions options) {
    CostModel costs = new CostModel(BATCH_SIZE, 0);
    try (KernelLoop loop = new KernelLoop(options.model(), options.threads())) {
      for (int round = 0; round < options.rounds(); round++) {
        for (int size : BATCH_SIZES) {
          List<StepInput> batch = loop.batch(size);
          double rate = Timing.perSecond(options.length(), () -> loop.step(batch));
          costs.learn(new StepTime(size, Math.round(SECOND / rate)));
        }
      }
    }
    return costs;
  }

  /** Returns what a request takes that has the service to itself, by its steps. */
  private static Map<Integer, Long> unloaded(DenoisingModel device, int rounds) {
    Map<Integer, Long> unloaded = new LinkedHashMap<>();
    ServedModel served = ServedModel.of(device, 1, 1);
    try (MeasuredService service =
        MeasuredService.start(served, BATCH_SIZE, IdleModel.NO_FILES, DEFAULT)) {
      service.generate(1, 1);
      long seed = 0;
      for (int steps : Arrival.STEPS) {
        List<Double> seconds = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
          long id = seed++;
          seconds.add(
              Timing.seconds(() -> service.generateOne(steps, id).toCompletableFuture().join()));
        }
        unloaded.put(steps, Math.round(SECOND * Median.of(seconds)));
      }
    }
    return unloaded;
  }

  private static void runAll(List<PolicyRun> runs, Consumer<PolicyRun> work) {
    ExecutorService threads = Executors.newFixedThreadPool(runs.size());
    try {
      List<CompletableFuture<Void>> all =
          runs.stream()
              .map(run -> CompletableFuture.runAsync(() -> work.accept(run), threads))
              .toList();
      all.forEach(CompletableFuture::join);
    } finally {
      threads.shutdownNow();
    }
  }

  private static Map<String, Object> row(
      PolicyRun run, Map<Integer, Long> unloaded, double capacity) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("load", run.load());
    row.put("policy", run.policy());
    for (int steps : Arrival.STEPS) {
      row.put("p50_ms_" + steps, Figures.rounded(run.millis(steps, MEDIAN)));
      row.put("p99_ms_" + steps, Figures.rounded(run.millis(steps, TAIL)));
    }
    double rate = SECOND / gapNanos(run.load(), capacity);
    row.put("goodput_1.5x", Figures.rounded(rate * run.attainment(TIGHT, unloaded)));
    row.put("goodput_3x", Figures.rounded(rate * run.attainment(LOOSE, unloaded)));
    return row;
  }

  private static List<BenchmarkReport.Target> targets(
      List<PolicyRun> runs, Map<Integer, Long> unloaded) {
    int shortest = Arrival.STEPS.get(0);
    double speedUp =
        find(runs, REQUEST, LOAD_OF_TARGET).millis(shortest, MEDIAN)
            / find(runs, DEFAULT, LOAD_OF_TARGET).millis(shortest, MEDIAN);
    double gain =
        LOADS.stream()
            .flatMap(load -> Stream.of(TIGHT, LOOSE).map(slo -> gain(runs, load, slo, unloaded)))
            .mapToDouble(Double::doubleValue)
            .min()
            .orElseThrow();
    return List.of(
        BenchmarkReport.Target.atLeast(
            "p50 of " + shortest + " steps at 0.7, request over deadline", speedUp, SPEED_UP),
        BenchmarkReport.Target.atLeast(
            "part in time, deadline less request, least of all loads", gain, 0));
  }

  private static double gain(
      List<PolicyRun> runs, double load, double slo, Map<Integer, Long> unloaded) {
    return find(runs, DEFAULT, load).attainment(slo, unloaded)
        - find(runs, REQUEST, load).attainment(slo, unloaded);
  }

  private static PolicyRun find(List<PolicyRun> runs, String policy, double load) {
    return runs.stream()
        .filter(run -> run.policy().equals(policy) && run.load() == load)
        .findFirst()
        .orElseThrow();
  }

  private static String plot(List<PolicyRun> runs) {
    LinePlot plot =
        new LinePlot("Latency by load", "part of the capacity", "p50, ms").logarithmicY();
    for (int steps : Arrival.STEPS) {
      for (String policy : List.of(REQUEST, DEFAULT)) {
        plot.line(
            policy + ", " + steps + " steps",
            runs.stream().filter(run -> run.policy().equals(policy)).toList(),
            PolicyRun::load,
            run -> run.millis(steps, MEDIAN));
      }
    }
    return plot.markPoints().svg();
  }
}
