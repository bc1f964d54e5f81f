package io.stepwise.diffusion;

/**
 * A noise level at which a plan evaluates the network, and how to ask and to read it there.
 *
 * @param timestep what the network is told of the noise level
 * @param inputScale factor on the state before the network
 * @param level the noise level of the state
 * @param denoised the estimate of the clean image, by the state and the network's output
 */
record GridPoint(
    double timestep, double inputScale, NoiseLevel level, Prediction.OfOutput denoised) {}
