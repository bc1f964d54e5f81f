package io.stepwise.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which solver fits which model, what it takes over, and what it refuses. */
final class SolverChoiceTest {

  private static SchedulerConfig config(String solver, @Nullable Object... fields) {
    Map<String, @Nullable Object> map = new HashMap<>();
    map.put("_class_name", SolverKind.ofName(solver).className());
    for (int i = 0; i < fields.length; i += 2) {
      map.put(String.valueOf(fields[i]), fields[i + 1]);
    }
    return SchedulerConfig.parse(map);
  }

  @Test
  void everySolverOfTheSameKindOfModelTakesItOver() {
    for (SolverKind from : SolverKind.values()) {
      SchedulerConfig config = config(from.solverName());
      for (SolverKind to : SolverKind.values()) {
        if (to.family() == from.family()) {
          SchedulerConfig other = config.withSolver(to.solverName());
          assertThat(other.solver()).isEqualTo(to.solverName());
          assertThat(other.prediction()).isEqualTo(config.prediction());
          assertThat(other.trainTimesteps()).isEqualTo(config.trainTimesteps());
          assertThat(other.withSolver(from.solverName())).isEqualTo(config);
          assertThat(SchedulerConfig.parse(other.fields())).isEqualTo(other);
        } else {
          assertThatIllegalArgumentException()
              .isThrownBy(() -> config.withSolver(to.solverName()))
              .withMessageStartingWith(
                  "solver: "
                      + to.solverName()
                      + " (expected: one for "
                      + from.family().description());
        }
      }
    }
  }

  @Test
  void otherSolverKeepsTheBetasButHasItsOwnTimesteps() {
    SchedulerConfig heun = config("ddpm").withSolver("heun");

    // Heun's own defaults are the betas of Stable Diffusion.
    assertThat(heun.noiseSchedule().beta(999)).isCloseTo(0.02, within(1e-7));
    assertThat(heun.plan(10, null).rows().get(0).timestep()).isEqualTo(999);
    assertThat(
            config("ddpm", "timestep_spacing", "trailing")
                .withSolver("heun")
                .plan(4, null)
                .rows()
                .get(1)
                .timestep())
        .isEqualTo(749);
  }

  @Test
  void modelsWithoutBetasHaveNoNoiseSchedule() {
    for (String solver : List.of("flow-euler", "edm-heun", "consistency")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> config(solver).noiseSchedule())
          .withMessageContaining("(expected: a model trained on betas)");
    }
    assertThat(config("flow-heun").prediction()).isEqualTo(Prediction.FLOW);
    assertThat(config("consistency").trainTimesteps()).isEqualTo(40);
  }

  @Test
  void minusInfinityIsNoBound() {
    SchedulerConfig unbounded = config("dpmpp", "lambda_min_clipped", Double.NEGATIVE_INFINITY);

    assertThat(unbounded).isEqualTo(config("dpmpp"));
    assertThat(config("dpmpp", "lambda_min_clipped", "-Infinity")).isEqualTo(unbounded);
  }

  @Test
  void ruleOfAnotherMultistepSolverIsItsOwnDefault() {
    assertThat(config("dpmpp", "solver_type", "heun").withSolver("unipc").plan(9, null))
        .isEqualTo(config("unipc").plan(9, null));
    assertThat(config("unipc", "solver_type", "bh1").withSolver("dpmpp").plan(9, null))
        .isEqualTo(config("dpmpp").plan(9, null));
    assertThat(config("dpmpp", "algorithm_type", "deis").plan(9, null))
        .isEqualTo(config("dpmpp").plan(9, null));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "dpmpp | use_flow_sigmas | true | use_flow_sigmas: true (expected: false)",
        "unipc | use_flow_sigmas | true | use_flow_sigmas: true (expected: false)",
        "dpmpp | thresholding | true | thresholding: true (expected: false)",
        "edm-dpmpp | thresholding | true | thresholding: true (expected: false)",
        "lcm | thresholding | true | thresholding: true (expected: false)",
        "dpmpp | algorithm_type | dpmsolver | final_sigmas_type: zero (expected: sigma_min with"
            + " algorithm_type dpmsolver)",
        "dpmpp | algorithm_type | magic | algorithm_type: magic (expected: one of dpmsolver++,"
            + " sde-dpmsolver++, dpmsolver, sde-dpmsolver)",
        "dpmpp | solver_type | third | solver_type: third (expected: midpoint or heun)",
        "dpmpp | solver_order | 4 | solver_order: 4 (expected: 1 to 3)",
        "unipc | solver_order | 0 | solver_order: 0 (expected: 1 to 3)",
        "unipc | solver_type | bh3 | solver_type: bh3 (expected: bh1 or bh2)",
        "unipc | predict_x0 | false | final_sigmas_type: zero (expected: sigma_min with predict_x0"
            + " false)",
        "unipc | lower_order_final | false | lower_order_final: false (expected: true with"
            + " final_sigmas_type zero)",
        "pndm | prediction_type | sample | prediction_type: sample (expected: epsilon or"
            + " v_prediction with solver pndm)",
        "lcm | original_inference_steps | 2000 | original_inference_steps: 2000 (expected: 1 to"
            + " 1000)",
        "flow-euler | use_dynamic_shifting | true | use_dynamic_shifting: true (expected: false)",
        "flow-euler | invert_sigmas | true | invert_sigmas: true (expected: false)",
        "flow-euler | shift | 0 | shift: 0.0 (expected: > 0)",
        "edm-euler | prediction_type | sample | prediction_type: sample (expected: epsilon or"
            + " v_prediction)",
        "edm-euler | sigma_min | 90 | sigma_min: 90.0 (expected: > 0 and <= 80.0)",
        "consistency | num_train_timesteps | 1 | num_train_timesteps: 1 (expected: 2 to 1000000)",
        "euler | final_sigmas_type | small | final_sigmas_type: small (expected: one of zero,"
            + " sigma_min)",
      })
  void optionThatASolverCannotDoIsRefused(
      String solver, String field, String text, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> config(solver, field, JsonText.value(text)))
        .withMessage(message);
  }

  @Test
  void spacingsOfTheLevelsExcludeEachOther() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> config("euler", "use_karras_sigmas", true, "use_beta_sigmas", true))
        .withMessage("use_beta_sigmas: true (expected: false with use_karras_sigmas)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"euler", "dpmpp", "unipc", "ddim", "lcm"})
  void zeroTerminalSignalIsAFiniteBeginningForAVelocity(String solver) {
    SchedulerConfig config =
        config(
            solver,
            "rescale_betas_zero_snr",
            true,
            "prediction_type",
            "v_prediction",
            "timestep_spacing",
            "trailing");

    assertThat(config.plan(8, null).rows().get(0).timestep()).isEqualTo(999);
  }
}
