package io.stepwise.family;

import io.stepwise.diffusion.EncodedLevels;
import io.stepwise.diffusion.SchedulerConfig;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which family a network is trained as, and what that family leaves open besides its scheduler.
 *
 * @param family the family
 * @param optimalTransport whether the noise of a batch is paired with its images; of {@link
 *     Family#FLOW} alone
 * @param divergenceWarmUp updates over which the weight of an encoder's divergence from its prior
 *     rises to 1, 0 or more; of families with an encoder alone
 */
public record FamilyOptions(Family family, boolean optimalTransport, int divergenceWarmUp) {

  /** Refuses an option of another family. */
  public FamilyOptions {
    boolean canWarmUp = family.networks().contains(Networks.ENCODER);
    if (divergenceWarmUp < 0 || (divergenceWarmUp > 0 && !canWarmUp)) {
      throw new IllegalArgumentException(
          "divergence warm-up: %d (expected: %s)"
              .formatted(
                  divergenceWarmUp,
                  canWarmUp
                      ? ">= 0"
                      : "0 with family %s, which has no encoder".formatted(family.fieldValue())));
    }
    if (optimalTransport && family != Family.FLOW) {
      throw new IllegalArgumentException(
          "optimal transport: true (expected: false with family %s, it belongs to flow)"
              .formatted(family.fieldValue()));
    }
  }

  /** Returns a family with no option chosen. */
  public static FamilyOptions of(Family family) {
    return new FamilyOptions(family, false, 0);
  }

  /**
   * Returns the configs of new networks.
   *
   * @param unet config of the network that samples are drawn with
   * @param hasEncoder whether the family's encoder is trained, if it can have one
   */
  public Map<String, Map<String, @Nullable Object>> networks(
      Map<String, @Nullable Object> unet, boolean hasEncoder) {
    Map<String, Map<String, @Nullable Object>> networks = new LinkedHashMap<>();
    networks.put(Networks.UNET, unet);
    if (hasEncoder && family.networks().contains(Networks.ENCODER)) {
      networks.put(Networks.ENCODER, EncoderNetwork.config(unet));
    }
    return networks;
  }

  /** Returns those of a model's networks that the family trains. */
  public Map<String, Map<String, @Nullable Object>> networks(
      Map<String, Map<String, @Nullable Object>> networks) {
    Map<String, Map<String, @Nullable Object>> trained = new LinkedHashMap<>(networks);
    trained.keySet().retainAll(family.networks());
    return trained;
  }

  /**
   * Returns the objectives, in the order in which an update takes them.
   *
   * @param networks configs of the networks to be trained, by name
   * @param scheduler noise levels and prediction type of the network
   * @param steps updates of the whole training
   * @throws IllegalArgumentException if the scheduler or a network does not suit the family
   */
  public List<Objective> objectives(
      Map<String, Map<String, @Nullable Object>> networks,
      SchedulerConfig scheduler,
      LabelDropout labels,
      int steps) {
    Map<String, @Nullable Object> unet = networks.get(Networks.UNET);
    Map<String, @Nullable Object> encoder = networks.get(Networks.ENCODER);
    if (unet != null && encoder != null) {
      EncoderNetwork.requireFit(encoder, unet);
    }
    return List.of(
        switch (family) {
          case DDPM -> denoising(new DiscreteLevels(scheduler.noiseSchedule()), scheduler, labels);
          case FLOW -> denoising(FlowLevels.of(scheduler), scheduler, labels);
          case VDM -> denoising(VariationalLevels.of(scheduler), scheduler, labels);
          case CONSISTENCY ->
              new ConsistencyObjective(scheduler.consistencyFunction(), labels, steps);
          case ONE_STEP, PSI_DIFFUSION ->
              new EncodedObjective(
                  EncodedLevels.of(scheduler), labels, new DivergenceWarmUp(divergenceWarmUp));
        });
  }

  private Objective denoising(NoiseLevels levels, SchedulerConfig scheduler, LabelDropout labels) {
    return new DenoisingObjective(levels, scheduler.prediction(), labels, optimalTransport);
  }
}
