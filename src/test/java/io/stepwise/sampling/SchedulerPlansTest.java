package io.stepwise.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stepwise.diffusion.SchedulerConfig;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class SchedulerPlansTest {

  private final SchedulerConfig config =
      SchedulerConfig.parse(Map.of("_class_name", "DDIMScheduler", "num_train_timesteps", 500));
  private final PlanSource plans = PlanSource.of(config);

  @Test
  void offersTheSolversOfTheSchedule() {
    assertThat(plans.solvers()).contains("ddpm", "ddim");
    assertThat(plans.defaultSolver()).isEqualTo("ddim");
    assertThat(plans.maxSteps()).isEqualTo(500);
  }

  @Test
  void plansAreThoseOfTheConfig() {
    assertThat(plans.plan("ddim", 5, 0.5)).isEqualTo(config.plan(5, 0.5));
    assertThat(plans.plan("ddpm", 5, null)).isEqualTo(config.withSolver("ddpm").plan(5, null));
  }

  @Test
  void unknownSolverIsRefused() {
    assertThatThrownBy(() -> plans.plan("foo", 5, null)).hasMessageStartingWith("solver: foo");
  }

  @Test
  void optionOfAnotherSolverIsBlamedOnItsField() {
    assertThatThrownBy(() -> plans.plan("ddpm", 5, 0.5)).hasMessageStartingWith("eta: ");
  }
}
