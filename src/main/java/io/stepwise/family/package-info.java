/**
 * What a network is trained for: one small class a family of generative models.
 *
 * <p><b>Starting points:</b> {@link io.stepwise.family.Family}, {@link
 * io.stepwise.family.FamilyOptions}, {@link io.stepwise.family.Objective}.
 *
 * <p>May use {@code network}, {@code diffusion} and {@code data}, and tensors. Sampling does not
 * know families: what a family needs there stands in the scheduler config that it writes.
 */
@NullMarked
package io.stepwise.family;

import org.jspecify.annotations.NullMarked;
