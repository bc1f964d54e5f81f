package io.stepwise.batching;

import java.time.Duration;
import java.util.Optional;

/**
 * Bounds the images that are accepted and not finished, and tells those it turns away when to come
 * back.
 *
 * <p>The advice is the time in which, at the pace of late, enough images will be finished: 1 to 60
 * seconds. Not thread safe.
 */
public final class Admission {

  private static final Duration SOONEST = Duration.ofSeconds(1);
  private static final Duration LATEST = Duration.ofSeconds(60);

  /** Weight of the newest measurement of the pace. */
  private static final double NEWEST = 0.2;

  private final int maxUnfinished;
  private int unfinished;
  private long measuredFromNanos;
  private double nanosPerImage;

  /** Bounds the unfinished images. */
  public Admission(int maxUnfinished) {
    this.maxUnfinished = maxUnfinished;
  }

  /**
   * Lets a request in, which is then counted until {@link #finish}, or does not.
   *
   * @return when to try again if the request was not let in; empty if it was
   */
  public Optional<Duration> admit(int images, long nowNanos) {
    int excess = unfinished + images - maxUnfinished;
    if (excess > 0) {
      return Optional.of(timeToFinish(excess));
    }
    if (unfinished == 0) {
      measuredFromNanos = nowNanos;
    }
    unfinished += images;
    return Optional.empty();
  }

  /** Gives back the places of a request that has ended, finished or not. */
  public void finish(int images, long nowNanos) {
    if (images < 1 || images > unfinished) {
      throw new IllegalArgumentException(
          "images: " + images + " (expected: 1 to the unfinished, " + unfinished + ")");
    }
    double measured = (nowNanos - measuredFromNanos) / (double) images;
    nanosPerImage =
        nanosPerImage == 0 ? measured : NEWEST * measured + (1 - NEWEST) * nanosPerImage;
    measuredFromNanos = nowNanos;
    unfinished -= images;
  }

  /** Returns how many images are let in and not finished. */
  public int unfinished() {
    return unfinished;
  }

  private Duration timeToFinish(int images) {
    double nanos = images * nanosPerImage;
    if (nanos >= LATEST.toNanos()) {
      return LATEST;
    }
    return nanos <= SOONEST.toNanos() ? SOONEST : Duration.ofNanos((long) nanos);
  }
}
