package io.stepwise.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import io.stepwise.family.Momentum;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter 2019, arXiv:1711.05101) and a bound on
 * the norm of the whole gradient (Pascanu et al. 2013, arXiv:1211.5063).
 *
 * <p>Differs from the paper: epsilon is added to the uncorrected second moment's root. Its moments
 * belong to the manager that it was made with. Confined to one thread, gradients switched off.
 */
public final class AdamW {

  private static final float EPSILON = 1e-8f;
  private static final float NO_ELEMENT_CLIPPING = -1f;

  private final Map<String, NDArray> parameters;
  private final Map<String, NDArray> firstMoments = new LinkedHashMap<>();
  private final Map<String, NDArray> secondMoments = new LinkedHashMap<>();
  private final double weightDecay;
  private final double maxGradientNorm;
  private final Momentum momentum;

  /** Makes an optimizer that remembers gradients as long as is usual. */
  public AdamW(
      NDManager manager,
      Map<String, NDArray> parameters,
      double weightDecay,
      double maxGradientNorm) {
    this(manager, parameters, weightDecay, maxGradientNorm, Momentum.USUAL);
  }

  /**
   * Makes the optimizer of a network.
   *
   * @param manager owner of the moments
   * @param parameters what it changes, collecting gradients
   * @param weightDecay decay of every parameter at each update, as a share of the learning rate
   * @param maxGradientNorm bound on the norm of the whole gradient, above 0
   * @param momentum how long it remembers gradients
   */
  public AdamW(
      NDManager manager,
      Map<String, NDArray> parameters,
      double weightDecay,
      double maxGradientNorm,
      Momentum momentum) {
    this.parameters = parameters;
    this.weightDecay = weightDecay;
    this.maxGradientNorm = maxGradientNorm;
    this.momentum = momentum;
    parameters.forEach(
        (name, parameter) -> {
          firstMoments.put(name, manager.zeros(parameter.getShape()));
          secondMoments.put(name, manager.zeros(parameter.getShape()));
        });
  }

  /** Returns the running means of the gradients by parameter; the optimizer's own. */
  Map<String, NDArray> firstMoments() {
    return firstMoments;
  }

  /** Returns the running means of the squared gradients by parameter; the optimizer's own. */
  Map<String, NDArray> secondMoments() {
    return secondMoments;
  }

  /**
   * Changes the parameters by their gradients, which it then sets to zero.
   *
   * @param step number of this update, from 1
   * @param learningRate size of the update
   * @return the norm of the gradient before it was bounded
   * @throws TrainingException if it is not finite; nothing is changed then
   */
  public double update(int step, double learningRate) {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      Map<String, NDArray> gradients = new LinkedHashMap<>();
      parameters.forEach((name, parameter) -> gradients.put(name, parameter.getGradient()));
      double norm = norm(gradients);
      if (!Double.isFinite(norm)) {
        throw new TrainingException(
            "gradient norm: " + norm + " at step " + step + " (expected: a finite number)");
      }
      double scale = norm > maxGradientNorm ? maxGradientNorm / norm : 1;
      double corrected =
          learningRate
              * Math.sqrt(1 - Math.pow(momentum.second(), step))
              / (1 - Math.pow(momentum.first(), step));
      parameters.forEach(
          (name, parameter) -> {
            JniUtils.adamUpdate(
                (PtNDArray) parameter,
                (PtNDArray) gradients.get(name),
                (PtNDArray) firstMoments.get(name),
                (PtNDArray) secondMoments.get(name),
                (float) learningRate,
                (float) corrected,
                (float) weightDecay,
                (float) scale,
                NO_ELEMENT_CLIPPING,
                (float) momentum.first(),
                (float) momentum.second(),
                EPSILON,
                true);
            JniUtils.zeroGrad((PtNDArray) parameter);
          });
      return norm;
    }
  }

  private static double norm(Map<String, NDArray> gradients) {
    NDList squares = new NDList();
    gradients.values().forEach(gradient -> squares.add(gradient.square().sum()));
    return Math.sqrt(NDArrays.stack(squares).sum().getFloat());
  }
}
