package io.stepwise.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One question about speed or size, and how it is answered. */
public interface Benchmark {

  /** Returns every benchmark by the name under which it is asked for, in the order of a listing. */
  static Map<String, Benchmark> byName() {
    Map<String, Benchmark> benchmarks = new LinkedHashMap<>();
    for (Benchmark benchmark :
        List.of(
            new KernelBenchmark(),
            new ServedBenchmark(),
            new RouterBenchmark(),
            new PolicyBenchmark(),
            new StreamBenchmark(),
            new MemoryBenchmark(),
            new TrainingBenchmark(),
            new ClusterBenchmark())) {
      benchmarks.put(benchmark.name(), benchmark);
    }
    return benchmarks;
  }

  /** Returns the name under which it is asked for. */
  String name();

  /** Returns what it measures, in one sentence without an end. */
  String question();

  /** Returns whether its reports are drawn. */
  default boolean isDrawn() {
    return false;
  }

  /** Measures on the calling thread until it is done. */
  BenchmarkReport run(BenchmarkOptions options);
}
