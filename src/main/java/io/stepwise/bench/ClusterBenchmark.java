package io.stepwise.bench;

import com.sun.management.OperatingSystemMXBean;
import io.stepwise.network.ImageShape;
import io.stepwise.sampling.ServedModel;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What more samplers add: image-steps/s through one gateway with a network that sleeps for as long
 * as one that computes would take, so that the processors of this machine are not what is measured;
 * the bytes that go between the nodes; and the ceiling, with a network that takes no time.
 */
final class ClusterBenchmark implements Benchmark {

  private static final int BATCH_SIZE = 16;
  private static final int STEPS = 50;
  private static final Duration STEP = Duration.ofMillis(50);
  private static final ImageShape SHAPE = new ImageShape(1, 28, 28);

  /** Requests of 16 images each that are under way for each sampler: four full batches. */
  private static final int REQUESTS = 4;

  /** The same where the network takes no time. */
  private static final int CEILING_REQUESTS = 32;

  /** A measurement takes so many times the shortest one. */
  private static final int LENGTHS = 10;

  private static final double TARGET = 0.95;
  private static final double NANOS = 1e9;
  private static final double NANOS_IN_MICRO = 1000;
  private static final OperatingSystemMXBean PROCESS =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  @Override
  public String name() {
    return "cluster";
  }

  @Override
  public String question() {
    return "image-steps/s of samplers behind one gateway, against linear, and bytes between them";
  }

  @Override
  public BenchmarkReport run(BenchmarkOptions options) {
    ClusterFigures figures = new ClusterFigures(BATCH_SIZE * NANOS / STEP.toNanos());
    List<ClusterSample> ceilings = new ArrayList<>();
    Duration length = options.length().multipliedBy(LENGTHS);
    ServedModel sleeping = ServedModel.of(new IdleModel(SHAPE, rows -> STEP.toNanos()), 1, 1);
    ServedModel instant = ServedModel.of(new IdleModel(SHAPE, rows -> 0), 1, 1);
    for (int round = 0; round < options.rounds(); round++) {
      try (LocalCluster cluster = new LocalCluster(sleeping, BATCH_SIZE)) {
        for (int nodes = 1; nodes <= options.nodes(); nodes *= 2) {
          cluster.growTo(nodes);
          figures.add(nodes, measure(cluster, REQUESTS, length));
        }
      }
      try (LocalCluster cluster = new LocalCluster(instant, BATCH_SIZE)) {
        cluster.growTo(1);
        ceilings.add(measure(cluster, CEILING_REQUESTS, length));
      }
    }
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("batch", BATCH_SIZE);
    facts.put("step_ms", STEP.toMillis());
    facts.put("steps", STEPS);
    facts.put("state_floats", SHAPE.size());
    facts.putAll(figures.bytesByMessage());
    facts.put(
        "ceiling_image_steps_per_second", ClusterFigures.median(ceilings, ClusterSample::rate));
    facts.put(
        "ceiling_processor_us", ClusterFigures.median(ceilings, ClusterSample::processorMicros));
    return new BenchmarkReport(facts, figures.rows(), figures.targets(TARGET));
  }

  private static ClusterSample measure(LocalCluster cluster, int requests, Duration length) {
    List<BatchClock> clocks = cluster.clocks();
    try (Demand demand = new Demand(cluster.gateway().client(), STEPS)) {
      demand.raiseTo(requests * clocks.size());
      awaitBatches(clocks, length.dividedBy(2));
      Map<String, Long> before = WireMeter.bytes();
      long begin = System.nanoTime();
      long processor = PROCESS.getProcessCpuTime();
      awaitBatches(clocks, length);
      double processorMicros = (PROCESS.getProcessCpuTime() - processor) / NANOS_IN_MICRO;
      double seconds = (System.nanoTime() - begin) / NANOS;
      Map<String, Long> after = WireMeter.bytes();
      double rate = clocks.stream().mapToDouble(clock -> clock.ratePerSecondSince(begin)).sum();
      Map<String, Double> perStep = new TreeMap<>();
      after.forEach(
          (message, bytes) ->
              perStep.put(message, (bytes - before.getOrDefault(message, 0L)) / (rate * seconds)));
      double others = perStep.getOrDefault(WireMeter.OTHERS, 0.0) * rate;
      perStep.remove(WireMeter.OTHERS);
      return new ClusterSample(rate, processorMicros / (rate * seconds), perStep, others);
    }
  }

  /** Waits for a while, and until every sampler has finished batches in it. */
  private static void awaitBatches(List<BatchClock> clocks, Duration least) {
    long begin = System.nanoTime();
    Timing.waitUntil(begin + least.toNanos());
    LocalCluster.await(
        () -> clocks.stream().allMatch(clock -> clock.batchesSince(begin) > 1), "batches");
  }
}
