package io.stepwise.diffusion;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A noise schedule, a prediction type and a solver, as a {@code scheduler_config.json} of diffusers
 * says.
 *
 * <p>Missing fields have the defaults of the named diffusers class. A field that would change the
 * samples is understood or refused, never ignored: an unknown name with a value, a value that no
 * solver here supports, and a value out of range are each an {@link IllegalArgumentException} that
 * names the field, the value and what was expected. A field that belongs to another diffusers class
 * is kept for {@link #withSolver} and changes nothing here. Differs from diffusers: {@code learned}
 * variance is refused (diffusers takes the root of the network's output as it is).
 *
 * <p>Immutable; two configs are equal if they have the same {@link #fields}, so that they have the
 * same plans with their own solver and with any other.
 */
public final class SchedulerConfig {

  private static final String CLASS_NAME = "_class_name";
  private static final Set<String> LEARNED = Set.of("learned", "learned_range");

  private final SolverKind kind;
  private final SchedulerFields named;
  private final SchedulerFields all;
  private final SchedulerFields read;
  private final Sampler sampler;

  private SchedulerConfig(SolverKind kind, SchedulerFields file) {
    this.kind = kind;
    this.all = file.withDefaults(kind.defaults().values());
    this.named = file.with(kind.family().modelFields(), all);
    this.read = all.only(kind.defaults().fields());
    this.sampler = kind.sampler(read, null);
  }

  /**
   * Reads the fields of a {@code scheduler_config.json} that names its class.
   *
   * @throws IllegalArgumentException if a field is not understood
   */
  public static SchedulerConfig parse(Map<String, ?> fields) {
    return new SchedulerConfig(
        SolverKind.ofClassName(fields.get(CLASS_NAME)), SchedulerFields.parse(fields));
  }

  /**
   * Reads the fields of a {@code scheduler_config.json} for another solver than the one it names,
   * or for a file that names none; without any fields, for a model trained with the defaults of the
   * solver's diffusers class.
   *
   * @param solver one of {@link #solverNames}
   * @throws IllegalArgumentException if the solver or a field is not understood
   */
  public static SchedulerConfig parse(Map<String, ?> fields, String solver) {
    SolverKind kind = SolverKind.ofName(solver);
    return fields.get(CLASS_NAME) == null
        ? new SchedulerConfig(kind, SchedulerFields.parse(fields))
        : parse(fields).withSolver(solver);
  }

  /** Returns the names of all solvers. */
  public static List<String> solverNames() {
    return SolverKind.names();
  }

  /**
   * Returns the same model with another solver: the noise schedule and the prediction type stay,
   * and of its other fields those that the file names itself; where the file says nothing the other
   * solver has its own class's defaults, as in diffusers.
   *
   * @param solver one of {@link #solverNames}
   * @throws IllegalArgumentException if the solver is unknown, is for another kind of model, or
   *     does not support these fields
   */
  public SchedulerConfig withSolver(String solver) {
    SolverKind other = SolverKind.ofName(solver);
    if (other.family() != kind.family()) {
      throw new IllegalArgumentException(
          "solver: %s (expected: one for %s, %s)"
              .formatted(
                  solver,
                  kind.family().description(),
                  String.join(", ", SolverKind.names(kind.family()))));
    }
    return new SchedulerConfig(other, named);
  }

  /**
   * Returns whether another solver is for the same kind of model.
   *
   * @param solver one of {@link #solverNames}
   */
  public boolean hasSolver(String solver) {
    return SolverKind.ofName(solver).family() == kind.family();
  }

  /**
   * Returns the plan of this config's solver.
   *
   * @param steps number of steps, 1 to the number of training timesteps
   * @param eta share of ancestral noise of the solver ddim, 0 or more; null for its default of 0,
   *     and always null for a solver without this option
   * @throws IllegalArgumentException if the steps or eta do not fit this solver and model
   */
  public StepPlan plan(int steps, @Nullable Double eta) {
    return (eta == null ? sampler : kind.sampler(read, eta)).plan(steps);
  }

  /** Returns the name of the solver, one of {@link #solverNames}. */
  public String solver() {
    return kind.solverName();
  }

  /** Returns the number of timesteps that the model was trained on, the most steps of a plan. */
  public int trainTimesteps() {
    return read.integer(SchedulerField.NUM_TRAIN_TIMESTEPS, 1, NoiseSchedule.MAX_TIMESTEPS);
  }

  /**
   * Returns the noise levels that the model was trained on.
   *
   * @throws IllegalArgumentException if the model has no finite list of them, as flow-matching, EDM
   *     and consistency models have none
   */
  public NoiseSchedule noiseSchedule() {
    require(SolverFamily.BETAS);
    return DiscreteModel.schedule(read);
  }

  /**
   * Returns the bound that the model can be trained on; with a scheduler that does not say, the
   * reverse steps have the posterior's variance.
   *
   * @throws IllegalArgumentException if the model has no list of betas, or a single one
   */
  public DiscreteBound discreteBound() {
    return new DiscreteBound(
        noiseSchedule(),
        all.has(SchedulerField.VARIANCE_TYPE)
            ? all.choice(SchedulerField.VARIANCE_TYPE, VarianceType.class)
            : VarianceType.FIXED_SMALL);
  }

  /**
   * Returns whether the model gives one possible image at each noise level instead of their mean.
   */
  public boolean isConsistencyModel() {
    return kind.family() == SolverFamily.CONSISTENCY;
  }

  /**
   * Returns the function that a consistency model was trained as.
   *
   * @throws IllegalArgumentException if it is another kind of model
   */
  public ConsistencyFunction consistencyFunction() {
    require(SolverFamily.CONSISTENCY);
    return SigmaSamplers.consistencyFunction(read);
  }

  /**
   * Returns whether the states have noise levels, as they have in all models but hierarchical
   * autoencoders.
   */
  public boolean hasNoiseLevels() {
    return kind.family() != SolverFamily.HIERARCHY;
  }

  /**
   * Returns how the model is asked for the clean image at any noise level.
   *
   * @throws IllegalArgumentException of a flow-matching model with fewer than 3 timesteps, and of a
   *     hierarchical autoencoder, whose states have no noise level
   */
  public Denoiser denoiser() {
    return switch (kind.family()) {
      case BETAS -> DiscreteModel.of(read).denoiser();
      case FLOW -> SigmaSamplers.flow(read).denoiser();
      case EDM -> EdmGrid.of(read).denoiser();
      case CONSISTENCY -> consistencyFunction().denoiser();
      case HIERARCHY ->
          throw new IllegalArgumentException(
              "_class_name: %s (expected: a model with noise levels)".formatted(kind.className()));
    };
  }

  /**
   * Returns the latents of a hierarchical autoencoder.
   *
   * @throws IllegalArgumentException if it is another kind of model
   */
  public LatentHierarchy latentHierarchy() {
    require(SolverFamily.HIERARCHY);
    return LatentHierarchy.of(read);
  }

  private void require(SolverFamily family) {
    if (kind.family() != family) {
      throw new IllegalArgumentException(
          "_class_name: %s (expected: %s)".formatted(kind.className(), family.description()));
    }
  }

  /**
   * Returns what the network's output stands for, before any preconditioning that its scheduler
   * brings; a consistency model and a hierarchical autoencoder predict the clean image.
   */
  public Prediction prediction() {
    return switch (kind.family()) {
      case BETAS, EDM -> Prediction.of(read.text(SchedulerField.PREDICTION_TYPE));
      case FLOW -> Prediction.FLOW;
      case CONSISTENCY, HIERARCHY -> Prediction.SAMPLE;
    };
  }

  /**
   * Returns whether the network's output has a second half of channels for the variance, with this
   * solver or any other.
   */
  public boolean learnsVariance() {
    return all.has(SchedulerField.VARIANCE_TYPE)
        && LEARNED.contains(all.text(SchedulerField.VARIANCE_TYPE));
  }

  /**
   * Returns the fields that say how the model was trained and those that the file names, in a fixed
   * order: written as a {@code scheduler_config.json} and read again they give an equal config. A
   * field that only the solver's class has a default for is left out, so that another solver has
   * its own.
   */
  public Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put(CLASS_NAME, kind.className());
    fields.putAll(named.toMap());
    return Collections.unmodifiableMap(fields);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SchedulerConfig that && kind == that.kind && named.equals(that.named);
  }

  @Override
  public int hashCode() {
    return 31 * kind.hashCode() + named.hashCode();
  }

  @Override
  public String toString() {
    return fields().toString();
  }
}
