package io.stepwise.diffusion;

/**
 * What one pixel costs at an end of the noise schedule, and how that changes with the end.
 *
 * @param nats the cost
 * @param gammaSlope its derivative by gamma, the negative log-SNR there
 */
public record GammaCost(double nats, double gammaSlope) {}
