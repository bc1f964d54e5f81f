package io.stepwise.study;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Verdicts on figures that are made up. */
final class StudyClaimsTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static Map<String, Object> spread(String name, double mean, double error) {
    return new LinkedHashMap<>(Map.of(name, mean, name + "_error", error));
  }

  private static JsonNode encoded(int steps, boolean encoder, int active, double... totals) {
    List<Double> list = new ArrayList<>();
    for (double total : totals) {
      list.add(total);
    }
    Spread bits = Spread.of(totals);
    Map<String, Object> bound = spread("bits", bits.mean(), bits.error());
    bound.putAll(
        Map.of(
            "steps", steps,
            "totals", list,
            "latents", 4,
            "active_latents", active,
            "retrieval", .5));
    return JSON.valueToTree(Map.of("encoder", encoder, "bound", bound));
  }

  @Test
  void encoderThatHelpsAtFewStepsAndHurtsAtManyCrosses() {
    Map<String, JsonNode> results = new LinkedHashMap<>();
    results.put("psi-8", encoded(8, true, 0, 4.5, 5.5));
    results.put("one", encoded(1, true, 4, 5, 6));
    results.put("plain-1", encoded(1, false, 0, 7, 8));
    results.put("plain-8", encoded(8, false, 0, 3.5, 4.5));

    List<Claim> claims = CrossoverClaims.of(CrossoverCurves.of(results));

    assertThat(claims)
        .extracting(Claim::verdict)
        .containsExactly(
            Claim.Verdict.HOLDS,
            Claim.Verdict.HOLDS,
            Claim.Verdict.HOLDS,
            Claim.Verdict.HOLDS,
            Claim.Verdict.HOLDS_WITH_CORRECTION);
    assertThat(claims.get(0).figures())
        .isEqualTo("T = 1: 7.500 ± 0.500, T = 8: 4.000 ± 0.500 bits/dim");
    assertThat(claims.get(2).figures())
        .isEqualTo("with minus without at T = 1: -2.000 ± 0.000 bits/dim");
    assertThat(claims.get(3).figures())
        .isEqualTo(
            "with minus without at T = 8: 1.000 ± 0.000 bits/dim; the curves cross at T = 4.0"
                + " (log2 T = 2.00 ± 0.00)");
  }

  @Test
  void bestOfSeveralModelsOfOneKindCounts() {
    Map<String, JsonNode> results = new LinkedHashMap<>();
    results.put("worse", encoded(2, true, 0, 6, 7));
    results.put("better", encoded(2, true, 0, 5, 6));
    results.put("more", encoded(4, true, 0, 5.5, 6.5));

    CrossoverCurves curves = CrossoverCurves.of(results);

    assertThat(curves.with())
        .extracting(CrossoverCurves.Point::model)
        .containsExactly("better", "more");
    assertThat(CrossoverClaims.of(curves))
        .extracting(Claim::verdict)
        .containsExactly(Claim.Verdict.FAILS, Claim.Verdict.FAILS);
  }

  private static Map<String, Object> row(String solver, int steps, double distance) {
    Map<String, Object> row = spread(SampleMeasurement.DISTANCE, distance, .1);
    row.putAll(Map.of("solver", solver, "steps", steps, "evaluations", steps));
    return row;
  }

  private static JsonNode steps(String family, String own, List<Map<String, Object>> rows) {
    return JSON.valueToTree(Map.of("family", family, "own_solver", own, "rows", rows));
  }

  @Test
  void fewStepsOfAFastSolverAreHeldAgainstManyAncestralOnes() {
    JsonNode figures =
        steps(
            "ddpm",
            "ddpm",
            List.of(
                row("ddpm", 10, 9),
                row("ddpm", 50, 3),
                row("ddpm", 1000, 2),
                row("dpmpp", 50, 2.3),
                row("dpmpp-sde", 50, 2.1)));

    List<Claim> claims = StepsClaims.of(Map.of("m", figures));

    assertThat(claims)
        .extracting(Claim::verdict)
        .containsExactly(Claim.Verdict.HOLDS, Claim.Verdict.FAILS, Claim.Verdict.HOLDS);
    assertThat(claims.get(2).text())
        .isEqualTo(
            "With `m`, 50 steps of `dpmpp-sde` draw as well as 1000 of `ddpm`, within a tenth.");
  }

  @Test
  void flowThatNeedsFewerEvaluationsWinsAndSecondConsistencyStepMayLose() {
    Map<String, JsonNode> results = new LinkedHashMap<>();
    results.put(
        "f",
        steps("flow", "flow-euler", List.of(row("flow-euler", 5, 3), row("flow-euler", 10, 4))));
    results.put("d", steps("ddpm", "ddpm", List.of(row("ddpm", 10, 9), row("ddpm", 50, 3))));
    results.put(
        "c",
        steps(
            "consistency",
            "consistency",
            List.of(row("consistency", 1, 4), row("consistency", 2, 5))));

    List<Claim> claims = StepsClaims.of(results);

    assertThat(claims)
        .extracting(Claim::verdict)
        .containsExactly(
            Claim.Verdict.FAILS, Claim.Verdict.HOLDS, Claim.Verdict.FAILS, Claim.Verdict.HOLDS);
    assertThat(claims.get(3).figures())
        .isEqualTo(
            "`f` 5 (`flow-euler`, distance 3.00 ± 0.10); `d` 50 (`ddpm`, distance 3.00 ± 0.10)");
  }

  private static JsonNode family(int evaluations, double bits, int steps, double distance) {
    Map<String, Object> samples = spread(SampleMeasurement.DISTANCE, distance, .1);
    samples.put("evaluations", evaluations);
    ObjectNode figures = JSON.valueToTree(Map.of("samples", samples));
    if (!Double.isNaN(bits)) {
      Map<String, Object> bound = spread("bits", bits, .05);
      bound.put("steps", steps);
      figures.set("bound", JSON.valueToTree(bound));
    }
    return figures;
  }

  @Test
  void modelsAreHeldAgainstEachOtherByBitsAndDistance() {
    Map<String, JsonNode> results = new LinkedHashMap<>();
    results.put("vae", family(1, 4, 1, 30));
    results.put("gan", family(1, Double.NaN, 0, 5));
    results.put("ddpm", family(50, 3.5, 1024, 2));
    results.put("vdm", family(50, 3, 1024, 6));

    List<Claim> claims = FamiliesClaims.of(results);

    assertThat(claims)
        .extracting(Claim::verdict)
        .containsExactly(Claim.Verdict.HOLDS, Claim.Verdict.HOLDS, Claim.Verdict.HOLDS);
    assertThat(claims.get(1).figures()).contains("`ddpm` 2.00 ± 0.10").contains("`gan`, 5.00");
    assertThat(claims.get(2).figures())
        .startsWith("of 3 pairs of models, in 1 the one with fewer bits makes the worse samples")
        .contains("`vdm` with 3.00 bits/dim and a distance of 6.0, and `ddpm` with 3.50 and 2.0");
  }

  @Test
  void differenceWithinTwoErrorsIsACorrectionAtMost() {
    assertThat(Claim.Verdict.less(new Spread(1, .3), new Spread(2, .4)))
        .isEqualTo(Claim.Verdict.HOLDS_WITH_CORRECTION);
    assertThat(Claim.Verdict.less(new Spread(1, .3), new Spread(2.01, .4)))
        .isEqualTo(Claim.Verdict.HOLDS);
    assertThat(Claim.Verdict.less(new Spread(1, .3), new Spread(.9, .4)))
        .isEqualTo(Claim.Verdict.FAILS);
    assertThat(Claim.Verdict.less(new Spread(1, Double.NaN), new Spread(1.1, Double.NaN)))
        .isEqualTo(Claim.Verdict.HOLDS);
  }
}
