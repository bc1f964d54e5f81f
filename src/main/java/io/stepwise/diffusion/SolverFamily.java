package io.stepwise.diffusion;

import static io.stepwise.diffusion.SchedulerField.BETA_END;
import static io.stepwise.diffusion.SchedulerField.BETA_SCHEDULE;
import static io.stepwise.diffusion.SchedulerField.BETA_START;
import static io.stepwise.diffusion.SchedulerField.LOG_VARIANCE_HIGH;
import static io.stepwise.diffusion.SchedulerField.LOG_VARIANCE_LOW;
import static io.stepwise.diffusion.SchedulerField.NUM_TRAIN_TIMESTEPS;
import static io.stepwise.diffusion.SchedulerField.PREDICTION_TYPE;
import static io.stepwise.diffusion.SchedulerField.RESCALE_BETAS_ZERO_SNR;
import static io.stepwise.diffusion.SchedulerField.RHO;
import static io.stepwise.diffusion.SchedulerField.SHIFT;
import static io.stepwise.diffusion.SchedulerField.SIGMA_DATA;
import static io.stepwise.diffusion.SchedulerField.SIGMA_MAX;
import static io.stepwise.diffusion.SchedulerField.SIGMA_MIN;
import static io.stepwise.diffusion.SchedulerField.SIGMA_SCHEDULE;
import static io.stepwise.diffusion.SchedulerField.TRAINED_BETAS;
import static io.stepwise.diffusion.SchedulerField.VARIANCE_TYPE;

import java.util.Set;

/**
 * The kinds of models that solvers are for: within a family any solver may replace another one and
 * takes over what the model was trained with.
 */
enum SolverFamily {
  /** Models of a finite list of betas, at unit variance. */
  BETAS("a model trained on betas"),
  /** Flow matching on the straight path from data to noise. */
  FLOW("a flow-matching model"),
  /** Preconditioned denoisers over a continuous range of noise. */
  EDM("a model with the preconditioning of EDM"),
  /** Consistency functions over a range of noise. */
  CONSISTENCY("a consistency model"),
  /** Hierarchies of latents of the image's size. */
  HIERARCHY("a hierarchical autoencoder");

  private final String description;

  SolverFamily(String description) {
    this.description = description;
  }

  /** Returns what its models are, with an article. */
  String description() {
    return description;
  }

  /** Returns the fields that say how the model was trained. */
  Set<SchedulerField> modelFields() {
    return switch (this) {
      case BETAS ->
          Set.of(
              NUM_TRAIN_TIMESTEPS,
              BETA_SCHEDULE,
              BETA_START,
              BETA_END,
              TRAINED_BETAS,
              RESCALE_BETAS_ZERO_SNR,
              PREDICTION_TYPE);
      case FLOW -> Set.of(NUM_TRAIN_TIMESTEPS, SHIFT);
      case EDM ->
          Set.of(
              NUM_TRAIN_TIMESTEPS,
              SIGMA_MIN,
              SIGMA_MAX,
              SIGMA_DATA,
              RHO,
              SIGMA_SCHEDULE,
              PREDICTION_TYPE);
      case CONSISTENCY -> Set.of(NUM_TRAIN_TIMESTEPS, SIGMA_MIN, SIGMA_MAX, SIGMA_DATA, RHO);
      case HIERARCHY ->
          Set.of(NUM_TRAIN_TIMESTEPS, VARIANCE_TYPE, LOG_VARIANCE_LOW, LOG_VARIANCE_HIGH);
    };
  }
}
