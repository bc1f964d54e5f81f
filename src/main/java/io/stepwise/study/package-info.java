/**
 * How good a trained model is: its bound on the likelihood of images in bits/dim, distances between
 * what it draws and real images, and a study that lays models beside one another on pages.
 *
 * <p><b>Starting points:</b> {@link io.stepwise.study.LikelihoodBound}, {@link
 * io.stepwise.study.SampleQuality}, {@link io.stepwise.study.Classifier}, {@link
 * io.stepwise.study.Study}.
 *
 * <p>May use {@code family} for names, {@code network}, {@code diffusion}, {@code data}, the
 * optimizer of {@code training}, {@code image}, {@code plot}, tensors, linear algebra and JSON.
 * Knows nothing of actors or requests: samples are drawn with one kernel on the calling thread.
 */
@NullMarked
package io.stepwise.study;

import org.jspecify.annotations.NullMarked;
