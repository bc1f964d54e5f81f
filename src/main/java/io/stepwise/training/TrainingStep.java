package io.stepwise.training;

import org.jspecify.annotations.Nullable;

/**
 * One update of a training.
 *
 * @param step number of the update, from 1
 * @param loss loss of its batch before the update
 * @param gradientNorm norm of the whole gradient before it was bounded
 * @param learningRate size of the update
 * @param seconds time that the update took, without the validation that follows it
 * @param validationLoss loss of the averaged weights on the images kept out of training, after the
 *     update; null where it was not measured
 * @param isBest whether that is the lowest so far
 */
public record TrainingStep(
    int step,
    double loss,
    double gradientNorm,
    double learningRate,
    double seconds,
    @Nullable Double validationLoss,
    boolean isBest) {}
