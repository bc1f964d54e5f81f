package io.stepwise.study;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;

/**
 * The models of the {@link CrossoverExperiment} as curves over T.
 *
 * @param with models with an encoder, by rising T, one of each
 * @param without models without one, likewise
 * @param grids bounds of one network at many T, by the model's name
 */
record CrossoverCurves(List<Point> with, List<Point> without, Map<String, JsonNode> grids) {

  /**
   * A model.
   *
   * @param model its name
   * @param bound its bound
   */
  record Point(String model, JsonNode bound) {

    int steps() {
      return bound.get("steps").asInt();
    }

    Spread total() {
      return FigureText.spread(bound, "bits");
    }

    /** Returns the share of the encoder's latents that are active. */
    double activeShare() {
      return FigureText.value(bound, "active_latents") / FigureText.value(bound, "latents");
    }

    /** Returns the bound of each image. */
    List<Double> totals() {
      return StreamSupport.stream(bound.get("totals").spliterator(), false)
          .map(JsonNode::asDouble)
          .toList();
    }
  }

  /** Sorts the models' figures; of several models of the same kind and T the best one counts. */
  static CrossoverCurves of(Map<String, JsonNode> results) {
    Map<String, JsonNode> grids = new LinkedHashMap<>();
    results.forEach(
        (model, figures) -> {
          if (figures.has("grid")) {
            grids.put(model, figures.get("grid"));
          }
        });
    return new CrossoverCurves(curve(results, true), curve(results, false), grids);
  }

  private static List<Point> curve(Map<String, JsonNode> results, boolean hasEncoder) {
    List<Point> points = new ArrayList<>();
    results.entrySet().stream()
        .filter(each -> each.getValue().has("bound"))
        .filter(each -> each.getValue().get("encoder").asBoolean() == hasEncoder)
        .map(each -> new Point(each.getKey(), each.getValue().get("bound")))
        .sorted(
            Comparator.comparingInt(Point::steps)
                .thenComparingDouble(point -> point.total().mean()))
        .forEach(
            point -> {
              if (points.isEmpty() || points.get(points.size() - 1).steps() != point.steps()) {
                points.add(point);
              }
            });
    return points;
  }

  /** Returns with minus without an encoder for each T that both curves have, by rising T. */
  List<Crossing.Gap> gaps() {
    return with.stream()
        .flatMap(
            point ->
                without.stream()
                    .filter(other -> other.steps() == point.steps())
                    .map(other -> Crossing.Gap.of(point.steps(), point.totals(), other.totals())))
        .toList();
  }

  /** Returns where the curves cross. */
  Optional<Crossing> crossing() {
    return Crossing.of(gaps());
  }

  /** Returns at how many points a curve is not below the one before. */
  static int rises(List<Point> curve) {
    return (int)
        IntStream.range(1, curve.size())
            .filter(i -> curve.get(i).total().mean() >= curve.get(i - 1).total().mean())
            .count();
  }
}
