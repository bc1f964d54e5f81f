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
 * <p>Immutable; two configs are equal if they have the same {@link #fields}.
 */
public final class SchedulerConfig {

  private static final String CLASS_NAME = "_class_name";
  private static final Set<String> LEARNED = Set.of("learned", "learned_range");

  private final SolverKind kind;
  private final SchedulerFields file;
  private final DiscreteModel model;

  private SchedulerConfig(SolverKind kind, SchedulerFields file) {
    this.kind = kind;
    this.file = file.withDefaults(kind.defaults());
    this.model = DiscreteModel.of(this.file);
    // An option that the solver would refuse later is refused at once.
    kind.solver(this.file, null);
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
   * or for a file that names none; without any fields, for a model trained with the defaults of
   * DDPM.
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
   * Returns the same noise schedule, prediction, clipping and timestep spacing with another solver,
   * which takes over every field that it shares with this one and has its class's defaults
   * otherwise.
   *
   * @param solver one of {@link #solverNames}
   * @throws IllegalArgumentException if the solver is unknown or does not support these fields
   */
  public SchedulerConfig withSolver(String solver) {
    return new SchedulerConfig(SolverKind.ofName(solver), file);
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
    return kind.solver(file, eta).plan(model, steps);
  }

  /** Returns the name of the solver, one of {@link #solverNames}. */
  public String solver() {
    return kind.solverName();
  }

  /** Returns the noise levels that the model was trained on. */
  public NoiseSchedule noiseSchedule() {
    return model.schedule();
  }

  /** Returns what the network's output stands for. */
  public Prediction prediction() {
    return model.prediction();
  }

  /**
   * Returns whether the network's output has a second half of channels for the variance, with this
   * solver or any other.
   */
  public boolean learnsVariance() {
    return file.has(SchedulerField.VARIANCE_TYPE)
        && LEARNED.contains(file.text(SchedulerField.VARIANCE_TYPE));
  }

  /**
   * Returns the fields in a fixed order and with all defaults: written as a {@code
   * scheduler_config.json} and read again they give an equal config.
   */
  public Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put(CLASS_NAME, kind.className());
    fields.putAll(file.toMap());
    return Collections.unmodifiableMap(fields);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SchedulerConfig that && kind == that.kind && file.equals(that.file);
  }

  @Override
  public int hashCode() {
    return 31 * kind.hashCode() + file.hashCode();
  }

  @Override
  public String toString() {
    return fields().toString();
  }
}
