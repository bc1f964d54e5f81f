package io.stepwise.load;

/**
 * One stretch of the test.
 *
 * @param startSeconds when it begins, from the beginning of the test
 * @param seconds how long it is
 * @param arrivals requests that should be sent in it
 * @param completions requests answered well in it
 * @param failures requests that failed in it
 * @param p50Ms median latency of those of its arrivals that were answered well; 0 for none
 * @param p99Ms likewise the latency that 99 of 100 do not exceed
 * @param maxMs likewise the longest
 */
public record Interval(
    double startSeconds,
    double seconds,
    long arrivals,
    long completions,
    long failures,
    double p50Ms,
    double p99Ms,
    double maxMs) {}
