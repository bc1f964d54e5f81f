/**
 * Training of a network: the loop, its optimizer and running average, and the checkpoints from
 * which it continues exactly; and the actor that trains a served model further and publishes
 * versions of it.
 *
 * <p><b>Starting points:</b> {@link io.stepwise.training.TrainingRun}, {@link
 * io.stepwise.training.TrainingOptions}, {@link io.stepwise.training.Trainer}.
 *
 * <p>May use {@code family}, {@code snapshot}, {@code network}, {@code diffusion}, {@code data} and
 * {@code settings}, {@code image}, tensors and actors. Knows nothing of the command line or of
 * actors that sample.
 */
@NullMarked
package io.stepwise.training;

import org.jspecify.annotations.NullMarked;
