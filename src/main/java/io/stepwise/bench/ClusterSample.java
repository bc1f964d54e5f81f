package io.stepwise.bench;

import java.util.Map;

/**
 * What was measured with one number of samplers.
 *
 * @param rate image-steps/s of all of them
 * @param processorMicros time of the processor for an image-step, of all nodes together
 * @param bytesPerStep bytes between nodes for an image-step, by Stepwise's message
 * @param othersPerSecond bytes a second of all other messages
 */
record ClusterSample(
    double rate, double processorMicros, Map<String, Double> bytesPerStep, double othersPerSecond) {

  ClusterSample {
    bytesPerStep = Map.copyOf(bytesPerStep);
  }

  double ownBytesPerStep() {
    return bytesPerStep.values().stream().mapToDouble(Double::doubleValue).sum();
  }
}
