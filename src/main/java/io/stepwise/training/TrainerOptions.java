package io.stepwise.training;

import java.time.Duration;

/**
 * How the trainer works.
 *
 * @param threads native threads that it computes with, 1 or more
 * @param share fraction of the time in which it computes while nothing else has work, more than 0
 *     to 1
 * @param shareWhenBusy the same while images are being made, 0 to 1
 * @param checkpointInterval time from one checkpoint to the next
 * @param minBackoff wait after a first failure
 * @param maxBackoff longest wait
 * @param retry wait after a version or a checkpoint could not be written
 */
public record TrainerOptions(
    int threads,
    double share,
    double shareWhenBusy,
    Duration checkpointInterval,
    Duration minBackoff,
    Duration maxBackoff,
    Duration retry) {}
