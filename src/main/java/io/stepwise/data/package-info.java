/**
 * Image data sets to train on: Fashion-MNIST's files, folders of images, and the order in which an
 * epoch visits them.
 *
 * <p><b>Starting points:</b> {@link io.stepwise.data.Datasets}, {@link
 * io.stepwise.data.ImageDataset}, {@link io.stepwise.data.EpochOrder}.
 *
 * <p>Axes: C channels, H height, W width; images are row-major [C, H, W].
 *
 * <p>May use the JDK (ImageIO among it) and commons-rng only; no other package of Stepwise.
 */
@NullMarked
package io.stepwise.data;

import org.jspecify.annotations.NullMarked;
