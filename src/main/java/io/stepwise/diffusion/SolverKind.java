package io.stepwise.diffusion;

import static io.stepwise.diffusion.SchedulerField.SET_ALPHA_TO_ONE;
import static io.stepwise.diffusion.SchedulerField.VARIANCE_TYPE;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The solvers by the names that people use, and the diffusers class that each stands for. */
enum SolverKind {
  DDPM("DDPMScheduler") {
    @Override
    Map<SchedulerField, Object> ownDefaults() {
      return Map.of(VARIANCE_TYPE, "fixed_small");
    }

    @Override
    Solver solver(SchedulerFields fields, @Nullable Double eta) {
      if (eta != null) {
        throw new IllegalArgumentException(
            "eta: " + eta + " (expected: none with solver ddpm; eta belongs to ddim)");
      }
      return new DdpmSolver(fields.choice(VARIANCE_TYPE, VarianceType.class));
    }
  },
  DDIM("DDIMScheduler") {
    @Override
    Map<SchedulerField, Object> ownDefaults() {
      return Map.of(SET_ALPHA_TO_ONE, true);
    }

    @Override
    Solver solver(SchedulerFields fields, @Nullable Double eta) {
      return new DdimSolver(eta == null ? 0 : eta, fields.flag(SET_ALPHA_TO_ONE));
    }
  };

  private static final Map<SchedulerField, Object> COMMON_DEFAULTS =
      Map.ofEntries(
          Map.entry(SchedulerField.NUM_TRAIN_TIMESTEPS, 1000),
          Map.entry(SchedulerField.BETA_SCHEDULE, "linear"),
          Map.entry(SchedulerField.BETA_START, 1e-4),
          Map.entry(SchedulerField.BETA_END, 0.02),
          Map.entry(SchedulerField.RESCALE_BETAS_ZERO_SNR, false),
          Map.entry(SchedulerField.PREDICTION_TYPE, "epsilon"),
          Map.entry(SchedulerField.CLIP_SAMPLE, true),
          Map.entry(SchedulerField.CLIP_SAMPLE_RANGE, 1.0),
          Map.entry(SchedulerField.THRESHOLDING, false),
          Map.entry(SchedulerField.DYNAMIC_THRESHOLDING_RATIO, 0.995),
          Map.entry(SchedulerField.SAMPLE_MAX_VALUE, 1.0),
          Map.entry(SchedulerField.TIMESTEP_SPACING, "leading"),
          Map.entry(SchedulerField.STEPS_OFFSET, 0));

  private final String className;

  SolverKind(String className) {
    this.className = className;
  }

  /** Returns the defaults of the fields that not all classes share. */
  abstract Map<SchedulerField, Object> ownDefaults();

  /**
   * Returns the solver with the options that the fields give.
   *
   * @param eta share of ancestral noise; null for the solver's own
   * @throws IllegalArgumentException if an option has no meaning for this solver
   */
  abstract Solver solver(SchedulerFields fields, @Nullable Double eta);

  /** Returns the name that people use. */
  String solverName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns the name that a file has in {@code _class_name}. */
  String className() {
    return className;
  }

  /** Returns what diffusers assumes where a file of this class says nothing. */
  Map<SchedulerField, Object> defaults() {
    Map<SchedulerField, Object> defaults = new EnumMap<>(COMMON_DEFAULTS);
    defaults.putAll(ownDefaults());
    return defaults;
  }

  static List<String> names() {
    return Arrays.stream(values()).map(SolverKind::solverName).toList();
  }

  static SolverKind ofName(String name) {
    return Arrays.stream(values())
        .filter(kind -> kind.solverName().equals(name))
        .findAny()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "solver: %s (expected: one of %s)"
                        .formatted(name, String.join(", ", names()))));
  }

  static SolverKind ofClassName(@Nullable Object className) {
    return Arrays.stream(values())
        .filter(kind -> kind.className.equals(className))
        .findAny()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "_class_name: %s (expected: one of %s)"
                        .formatted(
                            className == null ? "missing" : className,
                            String.join(
                                ", ",
                                Arrays.stream(values()).map(SolverKind::className).toList()))));
  }
}
