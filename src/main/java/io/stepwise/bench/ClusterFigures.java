package io.stepwise.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/** What rounds of measurements found for each number of samplers, the first of which is one. */
final class ClusterFigures {

  private final SortedMap<Integer, List<ClusterSample>> samples = new TreeMap<>();
  private final double device;

  /**
   * Begins without a measurement.
   *
   * @param device image-steps/s that the replica of one sampler can do
   */
  ClusterFigures(double device) {
    this.device = device;
  }

  /** Adds what a round measured. */
  void add(int samplers, ClusterSample sample) {
    samples.computeIfAbsent(samplers, key -> new ArrayList<>()).add(sample);
  }

  /** Returns a row for each number of samplers. */
  List<Map<String, Object>> rows() {
    List<Map<String, Object>> rows = new ArrayList<>();
    samples.forEach(
        (samplers, measured) -> {
          double rate = Median.of(measured.stream().map(ClusterSample::rate).toList());
          Map<String, Object> row = new LinkedHashMap<>();
          row.put("samplers", samplers);
          row.put("image_steps_per_second", Figures.rounded(rate));
          row.put("of_linear", Figures.rounded(ofLinear(samplers)));
          row.put("of_devices", Figures.rounded(rate / (samplers * device)));
          row.put("processor_us_per_image_step", median(measured, ClusterSample::processorMicros));
          row.put("bytes_per_image_step", median(measured, ClusterSample::ownBytesPerStep));
          row.put("other_bytes_per_second", median(measured, ClusterSample::othersPerSecond));
          rows.add(row);
        });
    return rows;
  }

  /**
   * Returns what the figures are to reach: a share of linear for each number of samplers, and of
   * the device for the first.
   */
  List<BenchmarkReport.Target> targets(double share) {
    List<BenchmarkReport.Target> targets = new ArrayList<>();
    for (int samplers : samples.tailMap(2).keySet()) {
      String name = "of linear with " + samplers + " samplers";
      targets.add(BenchmarkReport.Target.atLeast(name, ofLinear(samplers), share));
    }
    double single = Median.of(of(1).stream().map(ClusterSample::rate).toList());
    String name = "of the device with one sampler";
    targets.add(BenchmarkReport.Target.atLeast(name, single / device, share));
    return targets;
  }

  /** Returns the bytes of each message for an image-step where samplers are most. */
  Map<String, Object> bytesByMessage() {
    Map<String, List<Double>> bytes = new TreeMap<>();
    for (ClusterSample sample : of(samples.lastKey())) {
      sample
          .bytesPerStep()
          .forEach(
              (message, each) ->
                  bytes.computeIfAbsent(message, key -> new ArrayList<>()).add(each));
    }
    Map<String, Object> medians = new TreeMap<>();
    bytes.forEach(
        (message, each) -> medians.put("bytes_" + message, Figures.rounded(Median.of(each))));
    return medians;
  }

  /** Returns the median of a figure. */
  static double median(List<ClusterSample> samples, Function<ClusterSample, Double> figure) {
    return Figures.rounded(Median.of(samples.stream().map(figure).toList()));
  }

  /** Returns the share of the rate of one sampler in the same round, times their number. */
  private double ofLinear(int samplers) {
    List<Double> shares = new ArrayList<>();
    for (int round = 0; round < of(samplers).size(); round++) {
      shares.add(of(samplers).get(round).rate() / (samplers * of(1).get(round).rate()));
    }
    return Median.of(shares);
  }

  private List<ClusterSample> of(int samplers) {
    return samples.getOrDefault(samplers, List.of());
  }
}
