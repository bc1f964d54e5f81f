package io.stepwise.training;

/**
 * A picture of what a network draws in the course of its training.
 *
 * @param png the encoded picture; not changed
 * @param width in pixels
 * @param height in pixels
 * @param channels 1 for grey, 3 for colour
 */
public record SampleGrid(byte[] png, int width, int height, int channels) {}
