/**
 * Noise schedules, solvers and noise: everything about sampling that is numbers.
 *
 * <p>Every noise level is {@code x_t = alpha * x_0 + sigma * epsilon}. A solver is a pure function
 * from a noise schedule and a number of steps to a {@link io.stepwise.diffusion.StepPlan}, a table
 * of coefficients that the step kernel executes without knowing which solver wrote it.
 *
 * <p><b>Starting points:</b> {@link io.stepwise.diffusion.StepPlan}, {@link
 * io.stepwise.diffusion.SchedulerConfig}, {@link io.stepwise.diffusion.NormalStream}.
 *
 * <p>Axes: B batch, C channels, H height, W width, N steps, K history.
 *
 * <p>Timesteps are 0 (least noise) to T - 1 (most), T being the number that a model was trained on.
 *
 * <p>Symbols: {@code alphaBar} (cumulative retention, 0 to 1, falling with the timestep), {@code
 * alpha = sqrt(alphaBar)}, {@code sigma = sqrt(1 - alphaBar)}, {@code beta} (variance added by one
 * training step), {@code eta} (0 deterministic to 1 ancestral), {@code epsilon} (the noise in a
 * state), {@code z} (a fresh standard normal).
 *
 * <p>May use the JDK, commons-rng and commons-numbers only.
 */
@NullMarked
package io.stepwise.diffusion;

import org.jspecify.annotations.NullMarked;
