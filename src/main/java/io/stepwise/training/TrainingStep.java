package io.stepwise.training;

/**
 * One update of a training.
 *
 * @param step number of the update, from 1
 * @param loss loss of its batch before the update
 * @param gradientNorm norm of the whole gradient before it was bounded
 * @param learningRate size of the update
 */
public record TrainingStep(int step, double loss, double gradientNorm, double learningRate) {}
