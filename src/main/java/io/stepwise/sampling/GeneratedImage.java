package io.stepwise.sampling;

/**
 * A finished image.
 *
 * @param index place in the request, 0 to n - 1
 * @param seed the seed which, with the index, gives all of the image's noise
 * @param png the image as a PNG with a {@code parameters} text; not changed by anybody
 */
public record GeneratedImage(int index, long seed, byte[] png) {}
