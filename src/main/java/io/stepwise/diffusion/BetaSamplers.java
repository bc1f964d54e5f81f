package io.stepwise.diffusion;

import static io.stepwise.diffusion.SchedulerField.ALGORITHM_TYPE;
import static io.stepwise.diffusion.SchedulerField.FINAL_SIGMAS_TYPE;
import static io.stepwise.diffusion.SchedulerField.LOWER_ORDER_FINAL;
import static io.stepwise.diffusion.SchedulerField.NUM_TRAIN_TIMESTEPS;
import static io.stepwise.diffusion.SchedulerField.ORIGINAL_INFERENCE_STEPS;
import static io.stepwise.diffusion.SchedulerField.PREDICTION_TYPE;
import static io.stepwise.diffusion.SchedulerField.PREDICT_X0;
import static io.stepwise.diffusion.SchedulerField.SET_ALPHA_TO_ONE;
import static io.stepwise.diffusion.SchedulerField.SKIP_PRK_STEPS;
import static io.stepwise.diffusion.SchedulerField.SOLVER_ORDER;
import static io.stepwise.diffusion.SchedulerField.SOLVER_TYPE;
import static io.stepwise.diffusion.SchedulerField.TIMESTEP_SCALING;
import static io.stepwise.diffusion.SchedulerField.USE_CLIPPED_MODEL_OUTPUT;
import static io.stepwise.diffusion.SchedulerField.VARIANCE_TYPE;

import java.util.HashSet;

/** Reads the samplers of models that were trained on betas. */
final class BetaSamplers {

  private static final int MAX_ORDER = 3;

  private BetaSamplers() {}

  static Sampler ddpm(SchedulerFields fields) {
    Solver solver = new DdpmSolver(fields.choice(VARIANCE_TYPE, VarianceType.class));
    return of(solver, fields);
  }

  static Sampler ddim(SchedulerFields fields, double eta) {
    return of(
        new DdimSolver(eta, fields.flag(SET_ALPHA_TO_ONE), fields.flag(USE_CLIPPED_MODEL_OUTPUT)),
        fields);
  }

  static Sampler euler(SchedulerFields fields) {
    return of(new EulerSolver(), UnitSignalGrid.of(fields));
  }

  static Sampler ancestralEuler(SchedulerFields fields) {
    return of(new AncestralEulerSolver(), UnitSignalGrid.of(fields));
  }

  static Sampler heun(SchedulerFields fields) {
    return of(new HeunSolver(), UnitSignalGrid.of(fields));
  }

  static Sampler pndm(SchedulerFields fields) {
    if (fields.text(PREDICTION_TYPE).equals(Prediction.SAMPLE.fieldValue())) {
      throw fields.refuse(PREDICTION_TYPE, "epsilon or v_prediction with solver pndm");
    }
    return of(new PndmSolver(fields.flag(SKIP_PRK_STEPS), fields.flag(SET_ALPHA_TO_ONE)), fields);
  }

  static Sampler lcm(SchedulerFields fields) {
    int trained = fields.integer(NUM_TRAIN_TIMESTEPS, 1, NoiseSchedule.MAX_TIMESTEPS);
    Solver solver =
        new LcmSolver(
            fields.integer(ORIGINAL_INFERENCE_STEPS, 1, trained),
            fields.positive(TIMESTEP_SCALING, Double.MAX_VALUE));
    return of(solver, fields);
  }

  static Sampler renoising(SchedulerFields fields) {
    DiscreteModel model = DiscreteModel.of(fields);
    return steps -> new RenoisingSolver().plan(model.grid(steps));
  }

  static Sampler dpm(SchedulerFields fields) {
    fields.requireOff(SchedulerField.USE_FLOW_SIGMAS);
    DpmSolver solver = dpmSolver(fields);
    UnitVarianceGrid grid = UnitVarianceGrid.ofDpm(fields);
    return steps -> solver.plan(grid.grid(steps));
  }

  /** Reads the fields that diffusers' two classes of DPM-Solver++ share. */
  static DpmSolver dpmSolver(SchedulerFields fields) {
    DpmAlgorithm algorithm = DpmAlgorithm.ofFieldValue(fields.text(ALGORITHM_TYPE));
    if (algorithm == null) {
      throw fields.refuse(
          ALGORITHM_TYPE, "one of " + String.join(", ", DpmAlgorithm.fieldValues()));
    }
    if (!algorithm.estimatesData() && FinalSigma.isZero(fields)) {
      throw fields.refuse(
          FINAL_SIGMAS_TYPE, "sigma_min with algorithm_type " + fields.text(ALGORITHM_TYPE));
    }
    boolean isNoiseSde = algorithm == DpmAlgorithm.NOISE_SDE;
    return new DpmSolver(
        algorithm,
        fields.integer(SOLVER_ORDER, 1, isNoiseSde ? 2 : MAX_ORDER),
        usesMidpoint(fields),
        fields.flag(LOWER_ORDER_FINAL),
        fields.flag(SchedulerField.EULER_AT_FINAL));
  }

  /** The names of other solvers' rules stand for the midpoint rule. */
  private static boolean usesMidpoint(SchedulerFields fields) {
    return switch (fields.text(SOLVER_TYPE)) {
      case "midpoint", "logrho", "bh1", "bh2" -> true;
      case "heun" -> false;
      default -> throw fields.refuse(SOLVER_TYPE, "midpoint or heun");
    };
  }

  static Sampler uniPc(SchedulerFields fields) {
    fields.requireOff(SchedulerField.USE_FLOW_SIGMAS);
    int order = fields.integer(SOLVER_ORDER, 1, MAX_ORDER);
    if (FinalSigma.isZero(fields) && !fields.flag(PREDICT_X0)) {
      throw fields.refuse(FINAL_SIGMAS_TYPE, "sigma_min with predict_x0 false");
    }
    if (FinalSigma.isZero(fields) && order > 1 && !fields.flag(LOWER_ORDER_FINAL)) {
      throw fields.refuse(LOWER_ORDER_FINAL, "true with final_sigmas_type zero");
    }
    UniPcSolver solver =
        new UniPcSolver(
            order,
            usesGrowth(fields),
            fields.flag(PREDICT_X0),
            fields.flag(LOWER_ORDER_FINAL),
            new HashSet<>(fields.integers(SchedulerField.DISABLE_CORRECTOR)));
    UnitVarianceGrid grid = UnitVarianceGrid.ofUniPc(fields);
    return steps -> solver.plan(grid.grid(steps));
  }

  /** The names of other solvers' rules stand for the second rule. */
  private static boolean usesGrowth(SchedulerFields fields) {
    return switch (fields.text(SOLVER_TYPE)) {
      case "bh2", "midpoint", "heun", "logrho" -> true;
      case "bh1" -> false;
      default -> throw fields.refuse(SOLVER_TYPE, "bh1 or bh2");
    };
  }

  private static Sampler of(Solver solver, SchedulerFields fields) {
    DiscreteModel model = DiscreteModel.of(fields);
    return steps -> solver.plan(model, steps);
  }

  private static Sampler of(GridSolver solver, UnitSignalGrid grid) {
    return steps -> solver.plan(grid.grid(steps));
  }
}
