package io.stepwise.study;

import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What the {@link CrossoverExperiment} says of steps and encoders. */
final class CrossoverClaims {

  private CrossoverClaims() {}

  static List<Claim> of(CrossoverCurves curves) {
    List<Claim> claims = new ArrayList<>();
    addTighter(claims, "without an encoder", curves.without());
    addTighter(claims, "with an encoder", curves.with());
    List<Crossing.Gap> gaps = curves.gaps();
    if (!gaps.isEmpty()) {
      Crossing.Gap first = gaps.get(0);
      claims.add(
          new Claim(
              "An encoder tightens the bound of a diffusion model of few steps.",
              Claim.Verdict.below(first.spread()),
              "with minus without at " + text(first)));
    }
    if (gaps.size() > 1) {
      Crossing.Gap last = gaps.get(gaps.size() - 1);
      Spread gap = last.spread();
      claims.add(
          new Claim(
              "An encoder loosens the bound of a diffusion model of many steps.",
              Claim.Verdict.below(new Spread(-gap.mean(), gap.error())),
              "with minus without at " + text(last) + "; " + crossing(curves)));
    }
    if (!curves.with().isEmpty()) {
      claims.add(used(curves.with()));
    }
    return claims;
  }

  private static void addTighter(
      List<Claim> claims, String kind, List<CrossoverCurves.Point> curve) {
    if (curve.size() < 2) {
      return;
    }
    int rises = CrossoverCurves.rises(curve);
    double first = curve.get(0).total().mean();
    double last = curve.get(curve.size() - 1).total().mean();
    claims.add(
        new Claim(
            "A VAE is diffusion in one step, and more steps make its bound tighter, " + kind + ".",
            rises == 0
                ? Claim.Verdict.HOLDS
                : last < first ? Claim.Verdict.HOLDS_WITH_CORRECTION : Claim.Verdict.FAILS,
            curve.stream()
                    .map(
                        point ->
                            "T = %d: %s"
                                .formatted(point.steps(), FigureText.withError(point.total(), 3)))
                    .collect(Collectors.joining(", "))
                + " bits/dim"));
  }

  private static String text(Crossing.Gap gap) {
    return "T = %d: %s bits/dim".formatted(gap.steps(), FigureText.withError(gap.spread(), 3));
  }

  /** Says where the curves cross. */
  static String crossing(CrossoverCurves curves) {
    return curves
        .crossing()
        .map(
            crossing ->
                String.format(
                    Locale.ROOT,
                    "the curves cross at T = %.1f (log2 T = %s)",
                    crossing.steps(),
                    FigureText.withError(new Spread(crossing.log2(), crossing.error()), 2)))
        .orElse("the curves do not cross between the T that were measured");
  }

  /** An encoder is used if more than half of its latents tell something, and in part if any do. */
  private static Claim used(List<CrossoverCurves.Point> curve) {
    DoubleSummaryStatistics shares =
        curve.stream().mapToDouble(CrossoverCurves.Point::activeShare).summaryStatistics();
    return new Claim(
        "Encoders do not collapse: their noise keeps telling something of the image.",
        shares.getMax() == 0
            ? Claim.Verdict.FAILS
            : shares.getMin() > 0.5 ? Claim.Verdict.HOLDS : Claim.Verdict.HOLDS_WITH_CORRECTION,
        curve.stream()
            .map(
                point ->
                    String.format(
                        Locale.ROOT,
                        "T = %d: %.0f %% of latents active, %.0f %% of images found again",
                        point.steps(),
                        100 * point.activeShare(),
                        100 * FigureText.value(point.bound(), "retrieval")))
            .collect(Collectors.joining("; ")));
  }
}
