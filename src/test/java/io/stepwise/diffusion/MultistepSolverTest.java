package io.stepwise.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How DPM-Solver++ and UniPC begin and end, on the levels of a model. */
final class MultistepSolverTest {

  private static StepPlan plan(String solver, int steps, Object... fields) {
    Map<String, Object> map = new HashMap<>();
    for (int i = 0; i < fields.length; i += 2) {
      map.put((String) fields[i], fields[i + 1]);
    }
    return SchedulerConfig.parse(map, solver).plan(steps, null);
  }

  /** Returns how many estimates of earlier steps a row of DPM-Solver++ uses, and one. */
  private static List<Integer> orders(StepPlan plan) {
    return plan.rows().stream()
        .map(
            row ->
                1
                    + (int)
                        IntStream.range(3, row.m().columns())
                            .filter(column -> row.m().get(0, column) != 0)
                            .count())
        .toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // Fewer than 15 steps end at orders 2 and 1; a step to the clean image has order 1.
        "3 | 6 | true | false | zero | 1 2 3 3 2 1",
        "3 | 6 | false | false | zero | 1 2 3 3 3 1",
        "3 | 6 | true | false | sigma_min | 1 2 3 3 2 1",
        "3 | 6 | false | false | sigma_min | 1 2 3 3 3 3",
        "3 | 6 | false | true | sigma_min | 1 2 3 3 3 1",
        "2 | 4 | true | false | zero | 1 2 2 1",
        "1 | 3 | true | false | zero | 1 1 1",
        "3 | 1 | true | false | zero | 1",
        "3 | 2 | true | false | zero | 1 1",
        "3 | 3 | true | false | sigma_min | 1 2 1",
        "2 | 16 | true | false | sigma_min | 1 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2",
      })
  void orderRisesAndFallsAsInDiffusers(
      int order, int steps, boolean lowers, boolean endsWithEuler, String end, String expected) {
    StepPlan plan =
        plan(
            "dpmpp",
            steps,
            "solver_order",
            order,
            "lower_order_final",
            lowers,
            "euler_at_final",
            endsWithEuler,
            "final_sigmas_type",
            end);

    assertThat(orders(plan).stream().map(String::valueOf)).containsExactly(expected.split(" "));
  }

  @ParameterizedTest
  @ValueSource(strings = {"dpmpp", "unipc"})
  void lastStepToTheCleanImageIsTheEstimate(String solver) {
    StepRow last = plan(solver, 10).rows().get(9);

    assertThat(last.m().get(0, 2)).isCloseTo(1, within(1e-12));
    for (int column = 0; column < last.m().columns(); column++) {
      assertThat(last.m().get(0, column)).isCloseTo(column == 2 ? 1 : 0, within(1e-12));
    }
  }

  @Test
  void correctionRemembersTheCorrectedState() {
    StepPlan corrected = plan("unipc", 10);
    StepPlan predicted = plan("unipc", 10, "disable_corrector", List.of(0, 1));

    // The remembered state is x itself where nothing is corrected.
    assertThat(corrected.rows().get(0).m().row(1)).containsExactly(1, 0, 0, 0, 0, 0);
    assertThat(corrected.rows().get(1).m().get(1, 0)).isZero();
    assertThat(predicted.rows().get(1).m().row(1)).containsExactly(1, 0, 0, 0, 0, 0);
    assertThat(predicted.rows().get(2).m().row(1)).containsExactly(1, 0, 0, 0, 0, 0);
    assertThat(predicted.rows().get(3).m().get(1, 0)).isZero();
  }

  @Test
  void stepsThatShareALevelAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> plan("dpmpp", 1000))
        .withMessageStartingWith("steps: 1000 (expected: fewer, since two of them would have");
    assertThat(plan("dpmpp", 999).steps()).isEqualTo(999);
  }

  @Test
  void noisiestTimestepsAreLeftOutByLogSnr() {
    Object[] fields = {"beta_schedule", "squaredcos_cap_v2", "lambda_min_clipped", -5.1};

    StepRow first = plan("dpmpp", 20, fields).rows().get(0);

    assertThat(first.timestep()).isLessThan(999);
    assertThat(1 / first.p()).isGreaterThan(Math.exp(-5.1) / Math.sqrt(1 + Math.exp(-10.2)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> plan("dpmpp", 20, "lambda_min_clipped", 10.0))
        .withMessageStartingWith("lambda_min_clipped: 10.0 (expected: at most that of timestep 0");
  }

  @Test
  void noiseAndSpacingOfKarrasAgreeOnTheFirstLevel() {
    StepRow first = plan("dpmpp", 10).rows().get(0);

    assertThat(plan("dpmpp", 10, "use_karras_sigmas", true).rows().get(0).p())
        .isCloseTo(first.p(), within(1e-4));
  }
}
