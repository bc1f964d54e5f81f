/**
 * How good a trained model is: its bound on the likelihood of images in bits/dim, and distances
 * between what it draws and real images.
 *
 * <p><b>Starting points:</b> {@link io.stepwise.study.LikelihoodBound}, {@link
 * io.stepwise.study.SampleQuality}, {@link io.stepwise.study.Classifier}.
 *
 * <p>May use {@code network}, {@code diffusion}, {@code data}, the optimizer of {@code training},
 * tensors and linear algebra. Knows nothing of actors or requests: samples are drawn with one
 * kernel on the calling thread.
 */
@NullMarked
package io.stepwise.study;

import org.jspecify.annotations.NullMarked;
