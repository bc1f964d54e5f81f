package io.stepwise.family;

import io.stepwise.diffusion.SchedulerConfig;
import java.util.List;

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
   * Returns the objectives, in the order in which an update takes them.
   *
   * @param scheduler noise levels and prediction type of the network
   * @param steps updates of the whole training
   * @throws IllegalArgumentException if the scheduler does not suit the family
   */
  public List<Objective> objectives(SchedulerConfig scheduler, LabelDropout labels, int steps) {
    return List.of(
        switch (family) {
          case DDPM -> denoising(new DiscreteLevels(scheduler.noiseSchedule()), scheduler, labels);
          case FLOW -> denoising(FlowLevels.of(scheduler), scheduler, labels);
          case VDM -> denoising(VariationalLevels.of(scheduler), scheduler, labels);
          case CONSISTENCY ->
              new ConsistencyObjective(scheduler.consistencyFunction(), labels, steps);
        });
  }

  private Objective denoising(NoiseLevels levels, SchedulerConfig scheduler, LabelDropout labels) {
    return new DenoisingObjective(levels, scheduler.prediction(), labels, optimalTransport);
  }
}
