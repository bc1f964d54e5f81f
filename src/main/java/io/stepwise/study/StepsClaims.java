package io.stepwise.study;

import com.fasterxml.jackson.databind.JsonNode;
import io.stepwise.family.Family;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;

/** What the {@link StepsExperiment} says of steps and solvers. */
final class StepsClaims {

  /** Distances within this factor count as equal. */
  private static final double NEAR = 1.1;

  /** So many steps of ancestral sampling are taken for all of them. */
  private static final int MANY_STEPS = 500;

  private static final int FEW_STEPS = 50;

  /** The solver that the many steps are of. */
  static final String ANCESTRAL = "ddpm";

  /** The solver that takes the few steps, along the probability-flow ODE. */
  static final String FAST = "dpmpp";

  /** The same along the stochastic differential equation. */
  static final String FAST_STOCHASTIC = "dpmpp-sde";

  private StepsClaims() {}

  static List<Claim> of(Map<String, JsonNode> results) {
    List<Claim> claims = new ArrayList<>();
    results.forEach(
        (model, figures) -> {
          List<JsonNode> rows = rows(figures);
          List<JsonNode> own = of(rows, figures.get("own_solver").asText());
          if (figures.get("own_solver").asText().equals(Family.CONSISTENCY.fieldValue())) {
            at(own, 1)
                .ifPresent(one -> at(own, 2).ifPresent(two -> claims.add(second(model, one, two))));
          } else if (own.size() > 1) {
            claims.add(more(model, own));
          }
          ancestral(model, rows, FAST).ifPresent(claims::add);
          ancestral(model, rows, FAST_STOCHASTIC).ifPresent(claims::add);
        });
    addStraightness(claims, results);
    return claims;
  }

  private static List<JsonNode> rows(JsonNode figures) {
    return StreamSupport.stream(figures.get("rows").spliterator(), false).toList();
  }

  private static List<JsonNode> of(List<JsonNode> rows, String solver) {
    return rows.stream()
        .filter(row -> row.get("solver").asText().equals(solver))
        .sorted(Comparator.comparingInt(row -> row.get("steps").asInt()))
        .toList();
  }

  private static Optional<JsonNode> at(List<JsonNode> rows, int steps) {
    return rows.stream().filter(row -> row.get("steps").asInt() == steps).findFirst();
  }

  private static Spread distance(JsonNode row) {
    return FigureText.spread(row, SampleMeasurement.DISTANCE);
  }

  private static Claim second(String model, JsonNode one, JsonNode two) {
    return new Claim(
        "A second step makes the samples of `%s` better.".formatted(model),
        Claim.Verdict.less(distance(two), distance(one)),
        "classifier-Fréchet distance %s with one, %s with two"
            .formatted(
                FigureText.withError(distance(one), 2), FigureText.withError(distance(two), 2)));
  }

  /** Steps help all along if no distance is above the one before by more than the errors. */
  private static Claim more(String model, List<JsonNode> own) {
    long rises =
        IntStream.range(1, own.size())
            .filter(
                i ->
                    Claim.Verdict.less(distance(own.get(i - 1)), distance(own.get(i)))
                        == Claim.Verdict.HOLDS)
            .count();
    boolean isBetter = distance(own.get(own.size() - 1)).mean() < distance(own.get(0)).mean();
    return new Claim(
        "The more steps, the better the samples of `%s`.".formatted(model),
        rises == 0 && isBetter
            ? Claim.Verdict.HOLDS
            : isBetter ? Claim.Verdict.HOLDS_WITH_CORRECTION : Claim.Verdict.FAILS,
        "`%s` by steps: ".formatted(own.get(0).get("solver").asText())
            + own.stream()
                .map(
                    row ->
                        String.format(
                            Locale.ROOT,
                            "%d: %.2f",
                            row.get("steps").asInt(),
                            distance(row).mean()))
                .collect(Collectors.joining(", ")));
  }

  private static Optional<Claim> ancestral(String model, List<JsonNode> rows, String solver) {
    Optional<JsonNode> few = at(of(rows, solver), FEW_STEPS);
    Optional<JsonNode> many =
        of(rows, ANCESTRAL).stream()
            .filter(row -> row.get("steps").asInt() >= MANY_STEPS)
            .reduce((a, b) -> b);
    if (few.isEmpty() || many.isEmpty()) {
      return Optional.empty();
    }
    double fast = distance(few.get()).mean();
    double slow = distance(many.get()).mean();
    return Optional.of(
        new Claim(
            "With `%s`, %d steps of `%s` draw as well as %d of `%s`, within a tenth."
                .formatted(model, FEW_STEPS, solver, many.get().get("steps").asInt(), ANCESTRAL),
            Claim.Verdict.of(fast <= NEAR * slow),
            "classifier-Fréchet distance %s and %s"
                .formatted(
                    FigureText.withError(distance(few.get()), 2),
                    FigureText.withError(distance(many.get()), 2))));
  }

  private static void addStraightness(List<Claim> claims, Map<String, JsonNode> results) {
    Optional<Map.Entry<String, JsonNode>> flow = fewest(results, List.of(Family.FLOW));
    Optional<Map.Entry<String, JsonNode>> diffusion =
        fewest(results, List.of(Family.DDPM, Family.VDM));
    if (flow.isPresent() && diffusion.isPresent()) {
      claims.add(
          new Claim(
              "A flow's straighter paths need fewer evaluations than diffusion to come within a"
                  + " tenth of the best distance.",
              Claim.Verdict.of(
                  evaluations(flow.get().getValue()) < evaluations(diffusion.get().getValue())),
              text(flow.get()) + "; " + text(diffusion.get())));
    }
  }

  /** Returns the model of some families that needs the fewest evaluations, and what it needs. */
  private static Optional<Map.Entry<String, JsonNode>> fewest(
      Map<String, JsonNode> results, List<Family> families) {
    List<String> names = families.stream().map(Family::fieldValue).toList();
    return results.entrySet().stream()
        .filter(each -> names.contains(each.getValue().get("family").asText()))
        .filter(each -> !rows(each.getValue()).isEmpty())
        .map(each -> Map.entry(each.getKey(), fewest(rows(each.getValue()))))
        .reduce((a, b) -> evaluations(a.getValue()) <= evaluations(b.getValue()) ? a : b);
  }

  /** Returns the row of the fewest evaluations whose distance is within a tenth of the best. */
  static JsonNode fewest(List<JsonNode> rows) {
    double best = rows.stream().mapToDouble(row -> distance(row).mean()).min().orElse(Double.NaN);
    return rows.stream()
        .filter(row -> distance(row).mean() <= NEAR * best)
        .min(Comparator.comparingInt(StepsClaims::evaluations))
        .orElseThrow();
  }

  private static int evaluations(JsonNode row) {
    return row.get("evaluations").asInt();
  }

  private static String text(Map.Entry<String, JsonNode> model) {
    JsonNode row = model.getValue();
    return "`%s` %d (`%s`, distance %s)"
        .formatted(
            model.getKey(),
            evaluations(row),
            row.get("solver").asText(),
            FigureText.withError(distance(row), 2));
  }
}
