/**
 * The actors that sample: they admit requests, gather images of any request, step and solver into
 * batches, run those on supervised replicas and answer with PNGs.
 *
 * <pre>
 *   caller --Generate--> SamplingService --spawns--> Generation (one a request)
 *                             | admission               | DenoisingState (one an image)
 *                             v                         v
 *                         readiness &lt;--------------- Router (one a model) &lt;--Ready-- Replica (own thread)
 *                                                       +--------RunBatch-------------^
 *   Generation --last state--> Finisher pool --PNG--> Generation --events, result--> caller
 * </pre>
 *
 * <p>Nothing is lost: an image is an immutable state that lives in messages and in its router, and
 * a replica only borrows it. A step is a function of the state alone, so one that is repeated gives
 * the same result.
 *
 * <p><b>Starting points:</b> {@link io.stepwise.sampling.SamplingService} (the protocol), {@link
 * io.stepwise.sampling.SamplingClient} (the same for callers that are no actors), {@link
 * io.stepwise.sampling.GenerationEvent} (what comes back).
 *
 * <p>May use {@code batching}, {@code snapshot}, {@code network}, {@code diffusion}, {@code image},
 * {@code settings}, {@code telemetry} and Pekko's actors. Knows nothing of HTTP and sees no tensor.
 */
@NullMarked
package io.stepwise.sampling;

import org.jspecify.annotations.NullMarked;
