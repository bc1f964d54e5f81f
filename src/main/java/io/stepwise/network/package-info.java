/**
 * Networks: written from Java as TorchScript, loaded from diffusers folders or TorchScript files,
 * and run one step at a time by the step kernel.
 *
 * <p><b>Starting points:</b> {@link io.stepwise.network.DenoisingModel}, {@link
 * io.stepwise.network.StepKernel}.
 *
 * <p>May use {@code diffusion}, DJL and Jackson. Knows nothing of actors, requests or HTTP. Nothing
 * outside this package and {@code family}/{@code training} sees a tensor: states cross its border
 * as {@code float[]}.
 */
@NullMarked
package io.stepwise.network;

import org.jspecify.annotations.NullMarked;
