package io.stepwise.study;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/** What the {@link FamiliesExperiment} says of steps, bits and quality. */
final class FamiliesClaims {

  /** A model and its figures. */
  private record Entry(String name, JsonNode figures) {

    boolean isOnePass() {
      return figures.get("samples").get("evaluations").asInt() == 1;
    }

    boolean hasBits() {
      return figures.has("bound");
    }

    Spread bits() {
      return FigureText.spread(figures.get("bound"), "bits");
    }

    Spread distance() {
      return FigureText.spread(figures.get("samples"), SampleMeasurement.DISTANCE);
    }

    int steps() {
      return figures.get("bound").get("steps").asInt();
    }
  }

  private FamiliesClaims() {}

  static List<Claim> of(Map<String, JsonNode> results) {
    List<Entry> all = new ArrayList<>();
    results.forEach((name, figures) -> all.add(new Entry(name, figures)));
    List<Claim> claims = new ArrayList<>();
    Optional<Entry> oneStep = best(all, each -> each.hasBits() && each.steps() == 1, Entry::bits);
    Optional<Entry> many = best(all, each -> each.hasBits() && each.steps() > 1, Entry::bits);
    if (oneStep.isPresent() && many.isPresent()) {
      claims.add(
          new Claim(
              "A diffusion model of many steps describes images in fewer bits than any VAE of one.",
              Claim.Verdict.less(many.get().bits(), oneStep.get().bits()),
              "`%s` %s bits/dim with T = %d, `%s` %s with T = 1"
                  .formatted(
                      many.get().name(),
                      FigureText.withError(many.get().bits(), 3),
                      many.get().steps(),
                      oneStep.get().name(),
                      FigureText.withError(oneStep.get().bits(), 3))));
    }
    Optional<Entry> onePass = best(all, Entry::isOnePass, Entry::distance);
    Optional<Entry> stepwise = best(all, each -> !each.isOnePass(), Entry::distance);
    if (onePass.isPresent() && stepwise.isPresent()) {
      claims.add(
          new Claim(
              "Models that draw in several steps make better samples than those of one pass.",
              Claim.Verdict.less(stepwise.get().distance(), onePass.get().distance()),
              "classifier-Fréchet distance: `%s` %s, the best of one pass, `%s`, %s"
                  .formatted(
                      stepwise.get().name(),
                      FigureText.withError(stepwise.get().distance(), 2),
                      onePass.get().name(),
                      FigureText.withError(onePass.get().distance(), 2))));
    }
    addOrder(claims, all.stream().filter(Entry::hasBits).toList());
    return claims;
  }

  private static Optional<Entry> best(
      List<Entry> all, Predicate<Entry> filter, Function<Entry, Spread> figure) {
    return all.stream()
        .filter(filter)
        .reduce((a, b) -> figure.apply(a).mean() <= figure.apply(b).mean() ? a : b);
  }

  /** Counts the pairs of models of which the one with fewer bits makes the worse samples. */
  private static void addOrder(List<Claim> claims, List<Entry> all) {
    int pairs = 0;
    int against = 0;
    String example = "";
    double largest = 0;
    for (Entry one : all) {
      for (Entry other : all) {
        if (one.bits().mean() < other.bits().mean()) {
          pairs++;
          double worse = one.distance().mean() - other.distance().mean();
          against += worse > 0 ? 1 : 0;
          if (worse > largest) {
            largest = worse;
            example =
                String.format(
                    Locale.ROOT,
                    "; most of all `%s` with %.2f bits/dim and a distance of %.1f, and `%s` with"
                        + " %.2f and %.1f",
                    one.name(),
                    one.bits().mean(),
                    one.distance().mean(),
                    other.name(),
                    other.bits().mean(),
                    other.distance().mean());
          }
        }
      }
    }
    if (pairs > 0) {
      claims.add(
          new Claim(
              "Fewer bits do not make better samples by themselves.",
              Claim.Verdict.of(against > 0),
              "of %d pairs of models, in %d the one with fewer bits makes the worse samples%s"
                  .formatted(pairs, against, example)));
    }
  }
}
