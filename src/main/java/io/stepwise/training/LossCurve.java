package io.stepwise.training;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The losses of a training in a bounded number of points: when there are too many, each two become
 * one. Not thread safe.
 */
final class LossCurve {

  private final int mostPoints;
  private final List<TrainingStatus.Point> points = new ArrayList<>();
  private int stepsPerPoint = 1;
  private int gathered;
  private double sum;
  private @Nullable Double validationLoss;

  /** Makes an empty curve of at most this many points, an even number. */
  LossCurve(int mostPoints) {
    this.mostPoints = mostPoints;
  }

  void add(int step, double loss, @Nullable Double measured) {
    sum += loss;
    gathered++;
    validationLoss = measured == null ? validationLoss : measured;
    if (gathered < stepsPerPoint) {
      return;
    }
    points.add(new TrainingStatus.Point(step, sum / gathered, validationLoss));
    gathered = 0;
    sum = 0;
    validationLoss = null;
    if (points.size() == mostPoints) {
      halve();
    }
  }

  /** Returns the points, the earliest first. */
  List<TrainingStatus.Point> points() {
    return List.copyOf(points);
  }

  private void halve() {
    List<TrainingStatus.Point> pairs = new ArrayList<>();
    for (int i = 0; i + 1 < points.size(); i += 2) {
      TrainingStatus.Point first = points.get(i);
      TrainingStatus.Point second = points.get(i + 1);
      Double measured = second.validationLoss();
      pairs.add(
          new TrainingStatus.Point(
              second.step(),
              (first.loss() + second.loss()) / 2,
              measured == null ? first.validationLoss() : measured));
    }
    points.clear();
    points.addAll(pairs);
    stepsPerPoint *= 2;
  }
}
