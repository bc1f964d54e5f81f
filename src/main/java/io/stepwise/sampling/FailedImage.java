package io.stepwise.sampling;

/**
 * An image that could not be made.
 *
 * @param index place in the request, 0 to n - 1
 * @param reason what went wrong, for the caller to read
 */
public record FailedImage(int index, String reason) {}
