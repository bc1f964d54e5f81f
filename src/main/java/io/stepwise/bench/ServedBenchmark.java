package io.stepwise.bench;

import io.stepwise.network.StepInput;
import io.stepwise.sampling.ImageEncoder;
import io.stepwise.sampling.ServedModel;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The whole service at saturation against the bare loop of its kernel: one replica, the same batch
 * size, real weights, finished images written as PNGs.
 */
final class ServedBenchmark implements Benchmark {

  private static final int BATCH_SIZE = 16;
  private static final int STEPS = 50;
  private static final double TARGET = 0.95;

  @Override
  public String name() {
    return "served";
  }

  @Override
  public String question() {
    return "image-steps/s of the service at saturation, against the bare loop of its kernel";
  }

  @Override
  public BenchmarkReport run(BenchmarkOptions options) {
    Comparison comparison = new Comparison("served", "bare");
    ServedModel served = ServedModel.of(options.model(), 1, options.threads());
    int steps = Math.min(STEPS, served.plans().maxSteps());
    try (KernelLoop loop = new KernelLoop(options.model(), options.threads());
        MeasuredService service = MeasuredService.start(served, BATCH_SIZE, ImageEncoder.png())) {
      List<StepInput> batch = loop.batch(BATCH_SIZE);
      loop.step(batch);
      service.generate(BATCH_SIZE, steps);
      comparison.measure(
          options.rounds(),
          () -> bareRate(loop, batch, options),
          bare -> servedRate(service, imagesFor(bare, options, steps), steps));
    }
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("batch", BATCH_SIZE);
    facts.put("steps", steps);
    facts.put("threads", options.threads());
    return comparison.report(facts, "service of bare loop", TARGET);
  }

  private static double servedRate(MeasuredService service, int images, int steps) {
    return images * (double) steps / Timing.seconds(() -> service.generate(images, steps));
  }

  private static double bareRate(KernelLoop loop, List<StepInput> batch, BenchmarkOptions options) {
    return batch.size() * Timing.perSecond(options.length().dividedBy(2), () -> loop.step(batch));
  }

  /** Returns how many images keep the service busy as long as a measurement takes. */
  private static int imagesFor(double rate, BenchmarkOptions options, int steps) {
    double images = rate * options.length().toMillis() / 1000 / steps;
    int requests = Math.max(1, (int) Math.round(images / MeasuredService.IMAGES));
    return requests * MeasuredService.IMAGES;
  }
}
