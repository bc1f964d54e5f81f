package io.stepwise.bench;

import io.stepwise.network.DenoisingModel;
import io.stepwise.network.StepInput;
import io.stepwise.network.UNetConfig;
import io.stepwise.network.UntrainedModel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The step kernel's speed by batch size, and how much of the process's matrix-product peak it
 * reaches: whole steps, with the copies from and to Java and the solver's arithmetic, of which only
 * the network's operations count.
 */
final class KernelBenchmark implements Benchmark {

  private static final List<Integer> BATCH_SIZES = List.of(1, 2, 4, 8, 16, 32);
  private static final int TARGET_BATCH = 16;
  private static final double TARGET = 0.45;
  private static final double GIGA = 1e9;

  private static final List<String> WITH_ATTENTION =
      List.of("DownBlock2D", "AttnDownBlock2D", "AttnDownBlock2D");
  private static final List<String> WITH_ATTENTION_UP =
      List.of("AttnUpBlock2D", "AttnUpBlock2D", "UpBlock2D");

  /** A network and the floating-point operations that one image's step takes. */
  private record Network(String name, DenoisingModel model, long operations) {}

  @Override
  public String name() {
    return "kernel";
  }

  @Override
  public String question() {
    return "image-steps/s of the step kernel by batch size, against the matrix-product peak";
  }

  @Override
  public BenchmarkReport run(BenchmarkOptions options) {
    List<Map<String, Object>> rows = new ArrayList<>();
    List<BenchmarkReport.Target> targets = new ArrayList<>();
    List<Double> peaks = new ArrayList<>();
    try (ProductPeak peak = ProductPeak.open(options.threads())) {
      for (Network network : networks(options)) {
        for (Series series : measure(network, peak, options)) {
          rows.add(series.row(network));
          peaks.add(Median.of(series.peaks));
          if (series.batchSize == TARGET_BATCH && network.model instanceof UntrainedModel) {
            targets.add(
                BenchmarkReport.Target.atLeast(
                    network.name + " at batch " + TARGET_BATCH,
                    Median.of(series.shares(network)),
                    TARGET));
          }
        }
      }
    }
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("threads", options.threads());
    facts.put("product_peak_gflops", Figures.rounded(Median.of(peaks)));
    return new BenchmarkReport(facts, rows, targets);
  }

  /**
   * The networks are the given model; the first U-Net of diffusers' course, with attention at 14x14
   * and 7x7 pixels in heads of 8 channels and between two residual blocks in the middle; and the
   * same without attention and without a middle attention.
   */
  private static List<Network> networks(BenchmarkOptions options) {
    List<Network> networks = new ArrayList<>();
    options
        .model()
        .operationsPerStep()
        .ifPresent(
            operations ->
                networks.add(
                    new Network(
                        options.model().description().name(), options.model(), operations)));
    networks.add(unet("unet-32-64-64-attention", true));
    networks.add(unet("unet-32-64-64", false));
    return networks;
  }

  private static Network unet(String name, boolean hasAttention) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("_class_name", "UNet2DModel");
    fields.put("sample_size", 28);
    fields.put("in_channels", 1);
    fields.put("out_channels", 1);
    fields.put("layers_per_block", 2);
    fields.put("block_out_channels", List.of(32, 64, 64));
    fields.put("add_attention", hasAttention);
    List<String> down = List.of("DownBlock2D", "DownBlock2D", "DownBlock2D");
    List<String> up = List.of("UpBlock2D", "UpBlock2D", "UpBlock2D");
    fields.put("down_block_types", hasAttention ? WITH_ATTENTION : down);
    fields.put("up_block_types", hasAttention ? WITH_ATTENTION_UP : up);
    UntrainedModel model = UntrainedModel.of(name, UNetConfig.parse(fields));
    return new Network(name, model, model.operationsPerStep());
  }

  private static List<Series> measure(Network network, ProductPeak peak, BenchmarkOptions options) {
    List<Series> all = BATCH_SIZES.stream().map(Series::new).toList();
    try (KernelLoop loop = new KernelLoop(network.model, options.threads())) {
      for (Series series : all) {
        loop.step(loop.batch(series.batchSize));
      }
      for (int round = 0; round < options.rounds(); round++) {
        double before = peak.measure();
        for (Series series : all) {
          List<StepInput> batch = loop.batch(series.batchSize);
          double steps = Timing.perSecond(options.length(), () -> loop.step(batch));
          double after = peak.measure();
          series.rates.add(steps * series.batchSize);
          series.peaks.add(Math.max(before, after));
          before = after;
        }
      }
    }
    return all;
  }

  /** The measurements at one batch size, one a round, each with the peak around it. */
  private static final class Series {

    private final int batchSize;
    private final List<Double> rates = new ArrayList<>();
    private final List<Double> peaks = new ArrayList<>();

    private Series(int batchSize) {
      this.batchSize = batchSize;
    }

    private List<Double> shares(Network network) {
      List<Double> shares = new ArrayList<>();
      for (int i = 0; i < rates.size(); i++) {
        shares.add(rates.get(i) * network.operations / GIGA / peaks.get(i));
      }
      return shares;
    }

    private Map<String, Object> row(Network network) {
      double rate = Median.of(rates);
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("network", network.name);
      row.put("batch", batchSize);
      row.put("image_steps_per_second", Figures.rounded(rate));
      row.put("gflops", Figures.rounded(rate * network.operations / GIGA));
      row.put("of_product_peak", Figures.rounded(Median.of(shares(network))));
      return row;
    }
  }
}
