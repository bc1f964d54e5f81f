package io.stepwise.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import java.util.Map;
import java.util.Objects;

/**
 * The exponential moving average of a network's parameters, which is what samples are drawn with.
 *
 * <p>The decay warms up as {@code min(decay, (1 + step) / (10 + step))}, so that the random first
 * values are soon forgotten. Confined to one thread, gradients switched off.
 */
final class MovingAverage {

  private static final double WARM_UP = 10;

  private final NDManager manager;
  private final Map<String, NDArray> parameters;
  private final Map<String, NDArray> averages;
  private final double decay;

  /**
   * Begins an average.
   *
   * @param manager owner of what an update makes
   * @param parameters what is averaged
   * @param averages hold the parameters' first values and then their averages, by the same names
   */
  MovingAverage(
      NDManager manager,
      Map<String, NDArray> parameters,
      Map<String, NDArray> averages,
      double decay) {
    this.manager = manager;
    this.parameters = parameters;
    this.averages = averages;
    this.decay = decay;
  }

  /** Takes in the parameters after an update, the first of which has number 1. */
  void update(int step) {
    double current = Math.min(decay, (1 + step) / (WARM_UP + step));
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      NDArray keep = manager.full(new Shape(), (float) current);
      NDArray add = manager.full(new Shape(), (float) (1 - current));
      parameters.forEach(
          (name, parameter) -> {
            NDArray average = Objects.requireNonNull(averages.get(name), name);
            average.muli(keep).addi(parameter.mul(add));
          });
    }
  }
}
