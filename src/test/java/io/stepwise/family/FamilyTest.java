package io.stepwise.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.stepwise.diffusion.NoiseSchedule;
import io.stepwise.diffusion.SchedulerConfig;
import io.stepwise.diffusion.StepPlan;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class FamilyTest {

  @ParameterizedTest
  @EnumSource(Family.class)
  void familyIsFoundByItsName(Family family) {
    assertThat(Family.of(family.fieldValue())).isEqualTo(family);
  }

  @Test
  void unknownFamilyIsRefusedWithTheNamesOfAll() {
    assertThatThrownBy(() -> Family.of("gin"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("family: gin (expected: one of ddpm, flow, vdm");
  }

  @Test
  void optionOfAnotherFamilyIsRefused() {
    assertThatThrownBy(() -> new FamilyOptions(Family.VDM, true, false, 0, null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "optimal transport: true (expected: false with family vdm, it belongs to flow)");
  }

  @Test
  void divergenceWarmUpBelongsToVae() {
    assertThatThrownBy(() -> new FamilyOptions(Family.DDPM, false, false, 5, null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("divergence warm-up: 5 (expected: 0 with family ddpm, which has no encoder)");
    assertThatThrownBy(() -> new FamilyOptions(Family.VAE, false, false, -1, null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("divergence warm-up: -1 (expected: >= 0)");
  }

  @Test
  void learntEndsBelongToVdm() {
    assertThatThrownBy(() -> new FamilyOptions(Family.DDPM, false, true, 0, null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("learnt ends: true (expected: false with family ddpm, they belong to vdm)");
  }

  @Test
  void lossBelongsToDdpm() {
    assertThatThrownBy(() -> new FamilyOptions(Family.FLOW, false, false, 0, DiffusionLoss.VLB))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("loss: vlb (expected: none with family flow, it belongs to ddpm)");
    assertThatThrownBy(() -> DiffusionLoss.of("l1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("loss: l1 (expected: one of simple, vlb, hybrid)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"ddpm", "ddim", "pndm", "dpmpp", "unipc", "euler", "euler-ancestral", "heun"})
  void everySolverForBetasSamplesAVariationalModel(String solver) {
    StepPlan plan = SchedulerConfig.parse(Family.VDM.scheduler()).withSolver(solver).plan(50, null);

    assertThat(plan.rows()).isNotEmpty().allSatisfy(row -> assertThat(row.p()).isFinite());
  }

  @Test
  void logSnrOfAVariationalModelFallsAlongALine() {
    NoiseSchedule schedule = SchedulerConfig.parse(Family.VDM.scheduler()).noiseSchedule();

    assertThat(logSnr(schedule, 0)).isCloseTo(13.3, within(0.02));
    assertThat(logSnr(schedule, 499)).isCloseTo(-5, within(1e-4));
    for (int t = 100; t < 500; t++) {
      assertThat(logSnr(schedule, t)).isCloseTo(13.3 - t * 18.3 / 499, within(1e-3));
    }
  }

  private static double logSnr(NoiseSchedule schedule, int timestep) {
    return Math.log(schedule.alphaBar(timestep)) - Math.log(1 - schedule.alphaBar(timestep));
  }
}
