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

final class SchedulerConfigTest {

  private static SchedulerConfig config(String solver, @Nullable Object... fields) {
    Map<String, @Nullable Object> map = new HashMap<>();
    map.put("_class_name", SolverKind.ofName(solver).className());
    for (int i = 0; i < fields.length; i += 2) {
      map.put(String.valueOf(fields[i]), fields[i + 1]);
    }
    return SchedulerConfig.parse(map);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ddpm", "ddim"})
  void missingFieldsHaveTheDefaultsOfDiffusers(String solver) {
    SchedulerConfig config = config(solver);

    assertThat(config.solver()).isEqualTo(solver);
    assertThat(config.noiseSchedule().trainTimesteps()).isEqualTo(1000);
    assertThat(config.noiseSchedule().beta(999)).isCloseTo(0.02, within(1e-7));
    assertThat(config.prediction()).isEqualTo(Prediction.EPSILON);
    assertThat(config.learnsVariance()).isFalse();
    StepRow first = config.plan(50, null).rows().get(0);
    assertThat(first.timestep()).isEqualTo(980);
    assertThat(first.clip()).isEqualTo(1);
  }

  @Test
  void fieldsAreHowTheModelWasTrainedAndWhatTheFileNames() {
    assertThat(config("ddpm", "clip_sample", true).fields())
        .containsOnlyKeys(
            "_class_name",
            "num_train_timesteps",
            "beta_schedule",
            "beta_start",
            "beta_end",
            "rescale_betas_zero_snr",
            "prediction_type",
            "clip_sample");
  }

  @Test
  void modelThatIsWrittenAndReadLeavesOtherSolversTheirOwnDefaults() {
    SchedulerConfig written =
        SchedulerConfig.parse(
            config("ddpm", "beta_schedule", "squaredcos_cap_v2", "clip_sample", true).fields());

    assertThat(written.plan(50, null).rows().get(0).timestep()).isEqualTo(980);
    assertThat(written.withSolver("dpmpp").plan(50, null))
        .isEqualTo(config("dpmpp", "beta_schedule", "squaredcos_cap_v2").plan(50, null));
    StepRow heun = written.withSolver("heun").plan(50, null).rows().get(0);
    assertThat(heun.timestep()).isEqualTo(999);
    assertThat(heun.clip()).isEqualTo(1);
  }

  @Test
  void spacingThatTheFileNamesIsKeptByEverySolver() {
    SchedulerConfig unnamed = config("ddpm");
    SchedulerConfig named = config("ddpm", "timestep_spacing", "leading");

    assertThat(named.plan(50, null)).isEqualTo(unnamed.plan(50, null));
    assertThat(named.withSolver("dpmpp").plan(50, null).rows().get(0).timestep()).isEqualTo(950);
    assertThat(named).isNotEqualTo(unnamed);
    assertThat(SchedulerConfig.parse(named.fields())).isEqualTo(named);
  }

  @Test
  void fieldsReadBackAreAnEqualConfig() {
    SchedulerConfig config =
        config(
            "ddpm",
            "beta_schedule",
            "squaredcos_cap_v2",
            "variance_type",
            "learned_range",
            "prediction_type",
            "v_prediction",
            "set_alpha_to_one",
            false,
            "clip_sample_range",
            2,
            "num_train_timesteps",
            400L,
            "skip_prk_steps",
            true);

    SchedulerConfig again = SchedulerConfig.parse(config.fields());

    assertThat(again).isEqualTo(config).hasSameHashCodeAs(config);
    assertThat(again.fields()).containsExactlyEntriesOf(config.fields());
    assertThat(config.fields())
        .containsEntry("_class_name", "DDPMScheduler")
        .containsEntry("num_train_timesteps", 400)
        .containsEntry("clip_sample_range", 2.0)
        .containsEntry("skip_prk_steps", true);
    assertThat(config).isNotEqualTo(config.withSolver("ddim")).isNotEqualTo(config("ddpm"));
  }

  @Test
  void otherSolverTakesOverTheModelAndKeepsWhatItDoesNotUse() {
    SchedulerConfig ddpm =
        config(
            "ddpm",
            "beta_schedule",
            "scaled_linear",
            "beta_start",
            0.00085,
            "beta_end",
            0.012,
            "prediction_type",
            "v_prediction",
            "clip_sample",
            false,
            "timestep_spacing",
            "trailing",
            "variance_type",
            "learned_range");

    SchedulerConfig ddim = ddpm.withSolver("ddim");

    assertThat(ddim.solver()).isEqualTo("ddim");
    assertThat(ddim.prediction()).isEqualTo(Prediction.V);
    assertThat(ddim.noiseSchedule().alphaBar(500)).isEqualTo(ddpm.noiseSchedule().alphaBar(500));
    assertThat(ddim.learnsVariance()).isTrue();
    StepRow first = ddim.plan(10, 0.0).rows().get(0);
    assertThat(first.timestep()).isEqualTo(999);
    assertThat(first.clip()).isNull();
    assertThat(first.logVarianceBounds()).isNull();
    assertThat(ddim.withSolver("ddpm").plan(10, null)).isEqualTo(ddpm.plan(10, null));
  }

  @Test
  void solverNameStandsInForAMissingClass() {
    Map<String, Object> fields = Map.of("clip_sample", false);

    SchedulerConfig config = SchedulerConfig.parse(fields, "ddim");

    assertThat(config).isEqualTo(config("ddim", "clip_sample", false));
    assertThat(SchedulerConfig.parse(config.fields(), "ddpm").solver()).isEqualTo("ddpm");
  }

  @Test
  void fieldsThatCannotChangeThePlanAreAccepted() {
    SchedulerConfig config =
        config(
            "ddim",
            "_diffusers_version",
            "0.40.0",
            "trained_betas",
            null,
            "timestep_values",
            null,
            "skip_prk_steps",
            true,
            "thresholding",
            false,
            "dynamic_thresholding_ratio",
            0.9);

    assertThat(config.plan(10, null)).isEqualTo(config("ddim").plan(10, null));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "thresholding | true | thresholding: true (expected: false)",
        "beta_schedule | cosine | beta_schedule: cosine (expected: one of linear, scaled_linear,"
            + " squaredcos_cap_v2, sigmoid, laplace, exp)",
        "prediction_type | flow | prediction_type: flow (expected: one of epsilon, sample,"
            + " v_prediction, flow_prediction)",
        "prediction_type | flow_prediction | prediction_type: flow_prediction (expected: epsilon,"
            + " sample or v_prediction, or the scheduler class of a flow-matching model)",
        "timestep_spacing | even | timestep_spacing: even (expected: one of leading, linspace,"
            + " trailing)",
        "variance_type | learned | variance_type: learned (expected: one of fixed_small,"
            + " fixed_small_log, fixed_large, fixed_large_log, learned_range)",
        "beta_start | 0 | beta_start: 0.0 (expected: > 0 and <= 1.0)",
        "beta_end | 1.5 | beta_end: 1.5 (expected: > 0 and <= 1.0)",
        "clip_sample_range | -1 | clip_sample_range: -1.0 (expected: > 0)",
        "clip_sample_range | wide | clip_sample_range: wide (expected: a finite number)",
        "num_train_timesteps | 0 | num_train_timesteps: 0 (expected: 1 to 1000000)",
        "num_train_timesteps | 1e9 | num_train_timesteps: 1000000000 (expected: 1 to 1000000)",
        "num_train_timesteps | 10.5 | num_train_timesteps: 10.5 (expected: a whole number)",
        "steps_offset | -1 | steps_offset: -1 (expected: 0 to 1000000)",
        "clip_sample | 1 | clip_sample: 1.0 (expected: true or false)",
        "beta_schedule | 1 | beta_schedule: 1.0 (expected: a string)",
        "shifts | 3 | shifts: 3.0 (expected: no field of this name)",
      })
  void fieldThatIsNotUnderstoodIsRefused(String field, String text, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> config("ddpm", field, JsonText.value(text)))
        .withMessage(message);
  }

  @Test
  void betasThatDoNotFitAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> config("ddpm", "trained_betas", List.of(0.1, 0.2)))
        .withMessage("trained_betas: 2 numbers (expected: as many as num_train_timesteps, 1000)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> config("ddpm", "trained_betas", List.of("a")))
        .withMessage("trained_betas: [a] (expected: a list of finite numbers)");
  }

  @Test
  void optionOfAnotherSolverIsRefusedOnlyWhenThatSolverIsUsed() {
    SchedulerConfig config = config("ddim", "variance_type", "learned");

    assertThat(config.plan(10, null).steps()).isEqualTo(10);
    assertThat(config.learnsVariance()).isTrue();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> config.withSolver("ddpm"))
        .withMessageStartingWith("variance_type: learned (expected: one of");
  }

  @Test
  void unknownSolverOrClassIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> config("ddpm").withSolver("foo"))
        .withMessage(
            "solver: foo (expected: one of ddpm, ddim, pndm, dpmpp, unipc, euler, euler-ancestral,"
                + " heun, lcm, renoising, flow-euler, flow-heun, edm-euler, edm-heun, edm-dpmpp, consistency,"
                + " hierarchical)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SchedulerConfig.parse(Map.of("_class_name", "FooScheduler"), "ddim"))
        .withMessageStartingWith(
            "_class_name: FooScheduler (expected: one of DDPMScheduler, DDIMScheduler, ");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SchedulerConfig.parse(Map.of()))
        .withMessageStartingWith(
            "_class_name: missing (expected: one of DDPMScheduler, DDIMScheduler, ");
  }

  @Test
  void planRefusesWhatTheSolverCannotDo() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> config("ddpm").plan(0, null))
        .withMessage("steps: 0 (expected: 1 to 1000)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> config("ddim").plan(1001, null))
        .withMessage("steps: 1001 (expected: 1 to 1000)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> config("ddim").plan(10, -1.0))
        .withMessage("eta: -1.0 (expected: >= 0)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> config("ddpm").plan(10, 0.5))
        .withMessage("eta: 0.5 (expected: none with solver ddpm; eta belongs to ddim)");
  }
}
