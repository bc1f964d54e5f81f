/**
 * Training of a network: the loop, its optimizer and running average, and the checkpoints from
 * which it continues exactly.
 *
 * <p><b>Starting points:</b> {@link io.stepwise.training.TrainingRun}, {@link
 * io.stepwise.training.TrainingOptions}.
 *
 * <p>May use {@code family}, {@code network}, {@code diffusion}, {@code data} and {@code settings},
 * and tensors. Knows nothing of the command line, of actors that sample, or of pictures.
 */
@NullMarked
package io.stepwise.training;

import org.jspecify.annotations.NullMarked;
