package io.stepwise.diffusion;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The solvers by the names that people use, and the diffusers class that each stands for. */
enum SolverKind {
  DDPM("DDPMScheduler", SolverFamily.BETAS),
  DDIM("DDIMScheduler", SolverFamily.BETAS),
  PNDM("PNDMScheduler", SolverFamily.BETAS),
  DPMPP("DPMSolverMultistepScheduler", SolverFamily.BETAS),
  UNIPC("UniPCMultistepScheduler", SolverFamily.BETAS),
  EULER("EulerDiscreteScheduler", SolverFamily.BETAS),
  EULER_ANCESTRAL("EulerAncestralDiscreteScheduler", SolverFamily.BETAS),
  HEUN("HeunDiscreteScheduler", SolverFamily.BETAS),
  LCM("LCMScheduler", SolverFamily.BETAS),
  /** Not in diffusers, whose LCMScheduler does so with an endless timestep_scaling. */
  RENOISING("RenoisingScheduler", SolverFamily.BETAS),
  FLOW_EULER("FlowMatchEulerDiscreteScheduler", SolverFamily.FLOW),
  FLOW_HEUN("FlowMatchHeunDiscreteScheduler", SolverFamily.FLOW),
  EDM_EULER("EDMEulerScheduler", SolverFamily.EDM),
  /** Not in diffusers, whose name for it this would be. */
  EDM_HEUN("EDMHeunScheduler", SolverFamily.EDM),
  EDM_DPMPP("EDMDPMSolverMultistepScheduler", SolverFamily.EDM),
  CONSISTENCY("CMStochasticIterativeScheduler", SolverFamily.CONSISTENCY),
  /** Not in diffusers, which has no such model. */
  HIERARCHICAL("HierarchicalScheduler", SolverFamily.HIERARCHY);

  private final String className;
  private final SolverFamily family;

  SolverKind(String className, SolverFamily family) {
    this.className = className;
    this.family = family;
  }

  /**
   * Returns the sampler that the fields describe.
   *
   * @param fields those that this kind's class reads, with its defaults
   * @param eta share of ancestral noise; null for the solver's own
   * @throws IllegalArgumentException if a field is not supported or eta means nothing to this
   *     solver
   */
  Sampler sampler(SchedulerFields fields, @Nullable Double eta) {
    if (eta != null && this != DDIM) {
      throw new IllegalArgumentException(
          "eta: %s (expected: none with solver %s; eta belongs to ddim)"
              .formatted(eta, solverName()));
    }
    return switch (this) {
      case DDPM -> BetaSamplers.ddpm(fields);
      case DDIM -> BetaSamplers.ddim(fields, eta == null ? 0 : eta);
      case PNDM -> BetaSamplers.pndm(fields);
      case DPMPP -> BetaSamplers.dpm(fields);
      case UNIPC -> BetaSamplers.uniPc(fields);
      case EULER -> BetaSamplers.euler(fields);
      case EULER_ANCESTRAL -> BetaSamplers.ancestralEuler(fields);
      case HEUN -> BetaSamplers.heun(fields);
      case LCM -> BetaSamplers.lcm(fields);
      case RENOISING -> BetaSamplers.renoising(fields);
      case FLOW_EULER -> SigmaSamplers.flowEuler(fields);
      case FLOW_HEUN -> SigmaSamplers.flowHeun(fields);
      case EDM_EULER -> SigmaSamplers.edmEuler(fields);
      case EDM_HEUN -> SigmaSamplers.edmHeun(fields);
      case EDM_DPMPP -> SigmaSamplers.edmDpm(fields);
      case CONSISTENCY -> SigmaSamplers.consistency(fields);
      case HIERARCHICAL -> LatentHierarchy.of(fields)::plan;
    };
  }

  /** Returns which fields a file of this class has, and what it may leave out. */
  SchedulerDefaults defaults() {
    return switch (this) {
      case DDPM -> SchedulerDefaults.ddpm();
      case DDIM -> SchedulerDefaults.ddim();
      case PNDM -> SchedulerDefaults.pndm();
      case DPMPP -> SchedulerDefaults.dpm();
      case UNIPC -> SchedulerDefaults.uniPc();
      case EULER -> SchedulerDefaults.euler();
      case EULER_ANCESTRAL -> SchedulerDefaults.ancestralEuler();
      case HEUN -> SchedulerDefaults.heun();
      case LCM -> SchedulerDefaults.lcm();
      case RENOISING -> SchedulerDefaults.renoising();
      case FLOW_EULER -> SchedulerDefaults.flowEuler();
      case FLOW_HEUN -> SchedulerDefaults.flowHeun();
      case EDM_EULER, EDM_HEUN -> SchedulerDefaults.edmEuler();
      case EDM_DPMPP -> SchedulerDefaults.edmDpm();
      case CONSISTENCY -> SchedulerDefaults.consistency();
      case HIERARCHICAL -> SchedulerDefaults.hierarchical();
    };
  }

  /** Returns the name that people use. */
  String solverName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Returns the name that a file has in {@code _class_name}. */
  String className() {
    return className;
  }

  /** Returns the kind of models that this solver is for. */
  SolverFamily family() {
    return family;
  }

  static List<String> names() {
    return Arrays.stream(values()).map(SolverKind::solverName).toList();
  }

  /** Returns the names of the solvers for one kind of models. */
  static List<String> names(SolverFamily family) {
    return Arrays.stream(values())
        .filter(kind -> kind.family == family)
        .map(SolverKind::solverName)
        .toList();
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
                            Arrays.stream(values())
                                .map(SolverKind::className)
                                .collect(Collectors.joining(", ")))));
  }
}
