package io.stepwise.diffusion;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Tries every field that every class reads: none may be accepted and ignored. */
final class SchedulerFieldEffectTest {

  private static final int STEPS = 8;

  /** Values that are no class's default. */
  private static final Map<String, Object> OTHER_VALUES =
      Map.ofEntries(
          Map.entry("num_train_timesteps", 500),
          Map.entry("beta_schedule", "squaredcos_cap_v2"),
          Map.entry("beta_start", 2e-4),
          Map.entry("beta_end", 0.03),
          Map.entry("trained_betas", Collections.nCopies(1000, 0.005)),
          Map.entry("shift", 3.0),
          Map.entry("sigma_min", 0.04),
          Map.entry("sigma_max", 9.0),
          Map.entry("sigma_data", 0.7),
          Map.entry("rho", 5.0),
          Map.entry("prediction_type", "v_prediction"),
          Map.entry("variance_type", "fixed_large"),
          Map.entry("clip_sample_range", 2.0),
          Map.entry("timestep_spacing", "trailing"),
          Map.entry("steps_offset", 1),
          Map.entry("timestep_type", "continuous"),
          Map.entry("interpolation_type", "log_linear"),
          Map.entry("sigma_schedule", "exponential"),
          Map.entry("lambda_min_clipped", -3.0),
          Map.entry("final_sigmas_type", "sigma_min"),
          Map.entry("algorithm_type", "sde-dpmsolver++"),
          Map.entry("solver_order", 3),
          Map.entry("disable_corrector", List.of(0)),
          Map.entry("original_inference_steps", 40),
          Map.entry("timestep_scaling", 0.1),
          Map.entry("s_noise", 1.01),
          Map.entry("log_variance_low", -5.0),
          Map.entry("log_variance_high", 3.0),
          Map.entry("shift_terminal", 0.1));

  /** What else must hold for a field to matter. */
  private static final Map<String, Map<String, Object>> CIRCUMSTANCES =
      Map.of(
          "clip_sample_range", Map.of("clip_sample", true),
          "steps_offset", Map.of("timestep_spacing", "leading"),
          "timestep_type", Map.of("prediction_type", "v_prediction"),
          "sigma_min", Map.of("use_karras_sigmas", true),
          "sigma_max", Map.of("use_karras_sigmas", true),
          "lower_order_final", Map.of("solver_order", 3),
          "euler_at_final", Map.of("lower_order_final", false, "final_sigmas_type", "sigma_min"));

  /** Read by a class and yet without effect on its plans. */
  private static final Set<String> WITHOUT_EFFECT =
      Set.of(
          // Only with thresholding, which is refused.
          "dynamic_thresholding_ratio",
          "sample_max_value",
          // LCM has timesteps of its own, and its last step is always clean.
          "LCM.timestep_spacing",
          "LCM.steps_offset",
          "LCM.set_alpha_to_one",
          // The levels of EDM are a range; the number of them only bounds the steps.
          "EDM_EULER.num_train_timesteps",
          "EDM_HEUN.num_train_timesteps",
          "EDM_DPMPP.num_train_timesteps",
          // Its last step has order 1 or, to the least level, length 0.
          "EDM_DPMPP.euler_at_final");

  static Stream<Arguments> fieldsOfAllClasses() {
    return Arrays.stream(SolverKind.values())
        .flatMap(
            kind ->
                EnumSet.copyOf(kind.defaults().fields()).stream()
                    .map(field -> Arguments.of(kind, field.key())))
        .filter(
            arguments -> {
              String key = (String) arguments.get()[1];
              return !WITHOUT_EFFECT.contains(key)
                  && !WITHOUT_EFFECT.contains(arguments.get()[0] + "." + key);
            });
  }

  @ParameterizedTest
  @MethodSource("fieldsOfAllClasses")
  void fieldThatIsReadChangesThePlanOrIsRefused(SolverKind kind, String key) {
    Map<String, Object> fields = new HashMap<>(CIRCUMSTANCES.getOrDefault(key, Map.of()));
    fields.put("_class_name", kind.className());
    StepPlan plan = SchedulerConfig.parse(fields).plan(STEPS, null);

    fields.put(key, OTHER_VALUES.getOrDefault(key, !isOn(kind, key)));

    try {
      assertThat(SchedulerConfig.parse(fields).plan(STEPS, null)).isNotEqualTo(plan);
    } catch (IllegalArgumentException refused) {
      assertThat(refused).message().containsPattern("^[a-z_0-9]+: .* \\(expected: ");
    }
  }

  private static boolean isOn(SolverKind kind, String key) {
    return kind.defaults().values().entrySet().stream()
        .filter(entry -> entry.getKey().key().equals(key))
        .map(Map.Entry::getValue)
        .anyMatch(Boolean.TRUE::equals);
  }
}
