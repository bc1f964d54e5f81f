package io.stepwise.family;

import io.stepwise.diffusion.EncodedLevels;
import io.stepwise.diffusion.SchedulerConfig;
import io.stepwise.network.ImageShape;
import io.stepwise.network.NetworkClass;
import io.stepwise.network.NetworkWeights;
import io.stepwise.network.NoiseEnds;
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
 * @param learnsEnds whether the ends of the noise schedule are trained too; of {@link Family#VDM}
 *     alone
 * @param divergenceWarmUp updates over which the weight of an encoder's divergence from its prior
 *     rises to 1, 0 or more; of families with an encoder alone
 * @param loss what is made small; of {@link Family#DDPM} alone. Null for the simple loss, or the
 *     hybrid one where the network is to learn its variance
 */
public record FamilyOptions(
    Family family,
    boolean optimalTransport,
    boolean learnsEnds,
    int divergenceWarmUp,
    @Nullable DiffusionLoss loss) {

  /** Refuses an option of another family. */
  public FamilyOptions {
    boolean canWarmUp =
        family.networks().contains(Networks.ENCODER)
            || family.networks().contains(Networks.AUTOENCODER);
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
    if (learnsEnds && family != Family.VDM) {
      throw new IllegalArgumentException(
          "learnt ends: true (expected: false with family %s, they belong to vdm)"
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
    return new FamilyOptions(family, false, false, 0, null);
  }

  /**
   * Returns the fields of the {@code scheduler_config.json} of a new model. They may be changed.
   */
  public Map<String, Object> scheduler() {
    Map<String, Object> fields = family.scheduler();
    if (learnsEnds) {
      VariationalSchedule.prepareLearning(fields);
    }
    return fields;
  }

  /**
   * Returns the configs of the networks that are trained beside those of the model's folder, by
   * name.
   *
   * @param scheduler of the model that the training begins with
   */
  public Map<String, Map<String, @Nullable Object>> beside(SchedulerConfig scheduler) {
    return learnsEnds
        ? Map.of(Networks.ENDS, VariationalSchedule.ends(scheduler).fields())
        : Map.of();
  }

  /**
   * Returns the scheduler of what was trained.
   *
   * @param scheduler of the model that the training began with
   * @param networks all that is trained, by name
   */
  public SchedulerConfig scheduler(
      SchedulerConfig scheduler, Map<String, NetworkWeights> networks) {
    NetworkWeights ends = networks.get(Networks.ENDS);
    return ends == null ? scheduler : VariationalSchedule.withEnds(scheduler, NoiseEnds.of(ends));
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
      networks.put(Networks.ENCODER, EncoderNetwork.config(unet, family.encoderInputs()));
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
      EncoderNetwork.requireFit(encoder, unet, family.encoderInputs());
    }
    return switch (family) {
      case DDPM -> List.of(discrete(scheduler, labels));
      case FLOW -> List.of(denoising(FlowLevels.of(scheduler), scheduler, labels));
      case VDM ->
          List.of(
              learnsEnds
                  ? LearntEndsObjective.of(scheduler, labels)
                  : denoising(VariationalLevels.of(scheduler), scheduler, labels));
      case ONE_STEP, PSI_DIFFUSION ->
          List.of(
              new EncodedObjective(
                  EncodedLevels.of(scheduler), labels, new DivergenceWarmUp(divergenceWarmUp)));
      case HIERARCHICAL_VAE ->
          List.of(
              new HierarchicalObjective(
                  scheduler.latentHierarchy(), labels, new DivergenceWarmUp(divergenceWarmUp)));
      case VAE ->
          List.of(
              new AutoencoderObjective(
                  stateShape(networks, Networks.AUTOENCODER),
                  new DivergenceWarmUp(divergenceWarmUp)));
      case GAN -> {
        ImageShape state = stateShape(networks, Networks.GENERATOR);
        yield List.of(new DiscriminatorObjective(state), new GeneratorObjective(state));
      }
      case CONSISTENCY ->
          List.of(new ConsistencyObjective(scheduler.consistencyFunction(), labels, steps));
    };
  }

  /** Returns the shape of what the decoder of this name makes images of. */
  private ImageShape stateShape(
      Map<String, Map<String, @Nullable Object>> networks, String decoder) {
    Map<String, @Nullable Object> config = networks.get(decoder);
    if (config == null) {
      throw new IllegalArgumentException(
          "networks: %s (expected: %s, with family %s)"
              .formatted(networks.keySet(), decoder, family.fieldValue()));
    }
    return NetworkClass.latentShape(config);
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
