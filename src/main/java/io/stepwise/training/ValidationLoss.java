package io.stepwise.training;

/**
 * The loss on the images that are kept out of training.
 *
 * @param step number of the update after which it was measured, from 1
 * @param loss mean over the images, at timesteps and with noise that are always the same
 */
public record ValidationLoss(int step, double loss) {}
