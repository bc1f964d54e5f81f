package io.stepwise.bench;

import io.stepwise.sampling.ServedModel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The ceiling of the message-driven part: image-steps/s through service, router and replicas with a
 * network that does nothing and images that nobody encodes.
 */
final class RouterBenchmark implements Benchmark {

  private static final List<Integer> REPLICAS = List.of(1, 4, 16, 64);
  private static final int BATCH_SIZE = 16;
  private static final int STEPS = 50;

  /** Images in one go for each replica: enough for full batches, and some that wait. */
  private static final int IMAGES = 8 * BATCH_SIZE;

  private static final int WARM_UP_IMAGES = 4096;
  private static final double TARGET = 100_000;

  @Override
  public String name() {
    return "router";
  }

  @Override
  public String question() {
    return "image-steps/s through service, router and replicas with a network that does nothing";
  }

  @Override
  public BenchmarkReport run(BenchmarkOptions options) {
    Map<Integer, List<Double>> rates = new LinkedHashMap<>();
    for (int round = 0; round < options.rounds(); round++) {
      for (int replicas : REPLICAS) {
        rates.computeIfAbsent(replicas, key -> new ArrayList<>()).add(rate(replicas, options));
      }
    }
    List<Map<String, Object>> rows = new ArrayList<>();
    List<BenchmarkReport.Target> targets = new ArrayList<>();
    rates.forEach(
        (replicas, measured) -> {
          double rate = Median.of(measured);
          Map<String, Object> row = new LinkedHashMap<>();
          row.put("replicas", replicas);
          row.put("image_steps_per_second", Figures.rounded(rate));
          rows.add(row);
          String name = "image-steps/s with " + replicas + " replicas";
          targets.add(BenchmarkReport.Target.atLeast(name, rate, TARGET));
        });
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("batch", BATCH_SIZE);
    facts.put("steps", STEPS);
    return new BenchmarkReport(facts, rows, targets);
  }

  private static double rate(int replicas, BenchmarkOptions options) {
    ServedModel model = ServedModel.of(new IdleModel(), replicas, 1);
    try (MeasuredService service = MeasuredService.start(model, BATCH_SIZE, IdleModel.NO_FILES)) {
      service.generate(Math.min(WARM_UP_IMAGES, options.images()), STEPS);
      int images = IMAGES * Math.max(replicas, REPLICAS.get(1));
      double rounds = Timing.perSecond(options.length(), () -> service.generate(images, STEPS));
      return rounds * images * STEPS;
    }
  }
}
