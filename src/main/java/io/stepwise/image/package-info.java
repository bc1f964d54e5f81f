/**
 * Images as files: PNG with text chunks, grids of images, and the text that says how an image was
 * made.
 *
 * <p><b>Starting points:</b> {@link io.stepwise.image.Png}, {@link io.stepwise.image.ImageGrid},
 * {@link io.stepwise.image.GenerationParameters}.
 *
 * <p>Axes: C channels, H height, W width.
 *
 * <p>May use the JDK (ImageIO and AWT without a display) and Jackson only; no other package of
 * Stepwise.
 */
@NullMarked
package io.stepwise.image;

import org.jspecify.annotations.NullMarked;
