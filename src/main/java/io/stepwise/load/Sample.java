package io.stepwise.load;

/**
 * What was seen of one request when it has ended. Times are those of the clock.
 *
 * @param request what was asked for
 * @param intendedNanos when it should have been sent
 * @param endNanos when its last byte was read or it was given up
 * @param ending how it ended
 * @param images images that came
 * @param imageSteps steps of all of these, as the server says or as they were asked for
 * @param failedImages images that the server could not make
 * @param queueMillis how long the server says that it waited, or {@link #UNKNOWN}
 * @param cancelNanos when its cancel was sent, or {@link #UNKNOWN}
 */
record Sample(
    PlannedRequest request,
    long intendedNanos,
    long endNanos,
    Ending ending,
    int images,
    long imageSteps,
    int failedImages,
    double queueMillis,
    long cancelNanos) {

  static final long UNKNOWN = -1;

  /** Returns the time from when it should have been sent until it ended. */
  long latencyNanos() {
    return endNanos - intendedNanos;
  }
}
