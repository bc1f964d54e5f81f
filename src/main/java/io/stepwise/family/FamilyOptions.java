package io.stepwise.family;

import io.stepwise.diffusion.SchedulerConfig;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which family a network is trained as, and what that family leaves open besides its scheduler.
 *
 * @param family the family
 * @param optimalTransport whether the noise of a batch is paired with its images; of {@link
 *     Family#FLOW} alone
 * @param loss what is made small; of {@link Family#DDPM} alone. Null for the simple loss, or the
 *     hybrid one where the network is to learn its variance
 */
public record FamilyOptions(Family family, boolean optimalTransport, @Nullable DiffusionLoss loss) {

  /** Refuses an option of another family. */
  public FamilyOptions {
    if (optimalTransport && family != Family.FLOW) {
      throw new IllegalArgumentException(
          "optimal transport: true (expected: false with family %s, it belongs to flow)"
              .formatted(family.fieldValue()));
    }
    if (loss != null && family != Family.DDPM) {
      throw new IllegalArgumentException(
          "loss: %s (expected: none with family %s, it belongs to ddpm)"
              .formatted(loss.fieldValue(), family.fieldValue()));
    }
  }

  /** Returns a family with no option chosen. */
  public static FamilyOptions of(Family family) {
    return new FamilyOptions(family, false, null);
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
          case DDPM -> discrete(scheduler, labels);
          case FLOW -> denoising(FlowLevels.of(scheduler), scheduler, labels);
          case VDM -> denoising(VariationalLevels.of(scheduler), scheduler, labels);
          case CONSISTENCY ->
              new ConsistencyObjective(scheduler.consistencyFunction(), labels, steps);
        });
  }

  private Objective discrete(SchedulerConfig scheduler, LabelDropout labels) {
    boolean learnsVariance = scheduler.learnsVariance();
    DiffusionLoss preset = learnsVariance ? DiffusionLoss.HYBRID : DiffusionLoss.SIMPLE;
    DiffusionLoss chosen = loss == null ? preset : loss;
    chosen.requireVariance(learnsVariance);
    return chosen == DiffusionLoss.SIMPLE
        ? denoising(new DiscreteLevels(scheduler.noiseSchedule()), scheduler, labels)
        : new BoundObjective(
            scheduler.discreteBound(),
            scheduler.prediction(),
            labels,
            chosen == DiffusionLoss.HYBRID);
  }

  private Objective denoising(NoiseLevels levels, SchedulerConfig scheduler, LabelDropout labels) {
    return new DenoisingObjective(levels, scheduler.prediction(), labels, optimalTransport);
  }
}
