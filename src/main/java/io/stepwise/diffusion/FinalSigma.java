package io.stepwise.diffusion;

/** Where the last step leads, as diffusers names it in {@code final_sigmas_type}. */
enum FinalSigma {
  /** The clean image. */
  ZERO,
  /** The least noise that the model was trained on. */
  SIGMA_MIN;

  /** Returns whether the last step leads to the clean image, as in classes without the field. */
  static boolean isZero(SchedulerFields fields) {
    return !fields.has(SchedulerField.FINAL_SIGMAS_TYPE)
        || fields.choice(SchedulerField.FINAL_SIGMAS_TYPE, FinalSigma.class) == ZERO;
  }
}
