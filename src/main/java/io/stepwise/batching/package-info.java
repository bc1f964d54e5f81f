/**
 * Pure decisions about batches: who is in the next one, who waits, and who is not let in.
 *
 * <p>Time is a parameter, in nanoseconds from any fixed origin at or before the first call, so that
 * it is never negative; nothing here reads a clock, starts a thread or knows what an image is made
 * of.
 *
 * <p><b>Starting points:</b> {@link io.stepwise.batching.StepPlanner} and {@link
 * io.stepwise.batching.BatchPlanner}, {@link io.stepwise.batching.Policy}, {@link
 * io.stepwise.batching.CostModel}, {@link io.stepwise.batching.DeadlineAdmission}.
 *
 * <p>May use the JDK only.
 */
@NullMarked
package io.stepwise.batching;

import org.jspecify.annotations.NullMarked;
