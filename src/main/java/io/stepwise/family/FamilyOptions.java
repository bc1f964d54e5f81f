package io.stepwise.family;

import io.stepwise.diffusion.Prediction;
import io.stepwise.diffusion.SchedulerConfig;

/**
 * Which family a network is trained as, and what that family leaves open besides its scheduler.
 *
 * @param family the family
 * @param optimalTransport whether the noise of a batch is paired with its images; of {@link
 *     Family#FLOW} alone
 */
public record FamilyOptions(Family family, boolean optimalTransport) {

  /** Refuses an option of another family. */
  public FamilyOptions {
    if (optimalTransport && family != Family.FLOW) {
      throw new IllegalArgumentException(
          "optimal transport: true (expected: false with family %s, it belongs to flow)"
              .formatted(family.fieldValue()));
    }
  }

  /** Returns a family with no option chosen. */
  public static FamilyOptions of(Family family) {
    return new FamilyOptions(family, false);
  }

  /**
   * Returns the objective.
   *
   * @param scheduler noise levels and prediction type of the network
   * @throws IllegalArgumentException if the scheduler does not suit the family
   */
  public Objective objective(SchedulerConfig scheduler, LabelDropout labels) {
    return new DenoisingObjective(
        levels(scheduler), scheduler.prediction(), labels, optimalTransport);
  }

  private NoiseLevels levels(SchedulerConfig scheduler) {
    return switch (family) {
      case DDPM -> new DiscreteLevels(scheduler.noiseSchedule());
      case FLOW -> flowLevels(scheduler);
      case VDM -> new VariationalLevels(scheduler.noiseSchedule(), scheduler.prediction());
    };
  }

  private static NoiseLevels flowLevels(SchedulerConfig scheduler) {
    if (scheduler.prediction() != Prediction.FLOW) {
      throw new IllegalArgumentException(
          "solver: %s (expected: one for a flow-matching model, with family flow)"
              .formatted(scheduler.solver()));
    }
    return new FlowLevels(scheduler.trainTimesteps());
  }
}
