package io.stepwise.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import io.stepwise.family.Networks;
import io.stepwise.family.Objective;
import io.stepwise.family.TrainingBatch;
import io.stepwise.network.TensorData;
import io.stepwise.network.TorchRuntime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * The objectives of a training, each with the optimizer of the networks that it changes. The
 * optimizers' moments belong to the networks. Confined to one thread.
 */
final class Optimization {

  private final TrainedNetworks networks;
  private final List<Goal> goals = new ArrayList<>();

  /** An objective and its optimizer. */
  private record Goal(Objective objective, AdamW optimizer) {}

  /**
   * What an update did.
   *
   * @param loss sum of the objectives' losses
   * @param gradientNorm norm of all gradients together, each before it was bounded
   */
  record Progress(double loss, double gradientNorm) {}

  /**
   * Makes the optimizers.
   *
   * @param objectives in the order in which an update takes them; no two change the same network
   */
  Optimization(TrainedNetworks networks, List<Objective> objectives, TrainingOptions options) {
    this.networks = networks;
    Set<String> left = new HashSet<>(networks.names());
    for (Objective objective : objectives) {
      Set<String> trained = objective.trained(networks.names());
      if (!left.containsAll(trained)) {
        throw new IllegalArgumentException(
            "objective: trains %s (expected: some of %s)".formatted(trained, left));
      }
      left.removeAll(trained);
      AdamW optimizer =
          new AdamW(
              networks.manager(),
              networks.parameters(trained),
              options.weightDecay(),
              options.maxGradientNorm(),
              objective.momentum());
      goals.add(new Goal(objective, optimizer));
    }
  }

  /** Returns the optimizers' running means of the gradients by parameter. */
  Map<String, NDArray> firstMoments() {
    Map<String, NDArray> moments = new LinkedHashMap<>();
    goals.forEach(goal -> moments.putAll(goal.optimizer().firstMoments()));
    return moments;
  }

  /** Returns the optimizers' running means of the squared gradients by parameter. */
  Map<String, NDArray> secondMoments() {
    Map<String, NDArray> moments = new LinkedHashMap<>();
    goals.forEach(goal -> moments.putAll(goal.optimizer().secondMoments()));
    return moments;
  }

  /** Returns the states of the objectives, each one's names behind its place. */
  Map<String, TensorData> state() {
    Map<String, TensorData> states = new LinkedHashMap<>();
    for (int i = 0; i < goals.size(); i++) {
      String place = i + "/";
      goals.get(i).objective().state().forEach((name, state) -> states.put(place + name, state));
    }
    return states;
  }

  /** Takes over what {@link #state} returned. */
  void restore(Map<String, TensorData> states) {
    for (int i = 0; i < goals.size(); i++) {
      String place = i + "/";
      Map<String, TensorData> own = new LinkedHashMap<>();
      states.forEach(
          (name, state) -> {
            if (name.startsWith(place)) {
              own.put(name.substring(place.length()), state);
            }
          });
      goals.get(i).objective().restore(own);
    }
  }

  /**
   * Takes the objectives one after the other, each on all parts of the batch.
   *
   * @param step number of this update, from 1
   * @param learningRate size of the update
   * @param parts the batch
   * @param dropout what the networks' dropout is drawn from
   * @throws TrainingException if a loss or its gradient is not finite; nothing is changed by this
   *     objective then
   */
  Progress update(
      int step, double learningRate, List<TrainingBatch> parts, UniformRandomProvider dropout) {
    double loss = 0;
    double norm = 0;
    for (Goal goal : goals) {
      for (TrainingBatch part : parts) {
        TorchRuntime.seedDropout(dropout.nextInt());
        loss += backward(goal.objective(), part, step);
      }
      norm = Math.hypot(norm, goal.optimizer().update(step, learningRate));
      goal.objective().endUpdate();
      if (goals.size() > 1) {
        networks.zeroGradients();
      }
    }
    return new Progress(loss, norm);
  }

  /** Returns the sum of the objectives' losses with the averaged weights. */
  double averagedLoss(List<TrainingBatch> parts) {
    double loss = 0;
    for (Goal goal : goals) {
      for (TrainingBatch part : parts) {
        try (NDScope scope = new NDScope()) {
          scope.suppressNotUsedWarning();
          NDArray value = goal.objective().loss(networks.averaged(), part, networks.manager());
          loss += value.getFloat() * share(part);
        }
      }
    }
    return loss;
  }

  /** Adds a part's share of the gradient to the parameters' and returns its share of the loss. */
  private double backward(Objective objective, TrainingBatch part, int step) {
    JniUtils.setGradMode(true);
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      Networks trained = networks.trained();
      NDArray loss = objective.loss(trained, part, networks.manager());
      double value = loss.getFloat();
      if (!Double.isFinite(value)) {
        throw new TrainingException(
            "loss: " + value + " at step " + step + " (expected: a finite number)");
      }
      NDArray weight = networks.manager().full(new Shape(), (float) share(part));
      JniUtils.backward((PtNDArray) loss, (PtNDArray) weight, false, false);
      return value * share(part);
    } finally {
      JniUtils.setGradMode(false);
    }
  }

  private static double share(TrainingBatch part) {
    return (double) part.size() / part.wholeSize();
  }
}
