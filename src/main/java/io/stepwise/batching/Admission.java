package io.stepwise.batching;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Bounds the images that are accepted and not finished, in all and of each client, and tells those
 * it turns away when to come back.
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
  private final int maxOfClient;
  private final Map<String, Integer> ofClient = new HashMap<>();
  private int unfinished;
  private long measuredFromNanos;
  private double nanosPerImage;

  /**
   * Why a request is not let in.
   *
   * @param unfinished how many images are unfinished
   * @param isOfClient whether these are the client's own, and his bound is the one that is reached
   * @param retryAfter when to try again
   */
  public record Full(int unfinished, boolean isOfClient, Duration retryAfter) {}

  /** Bounds the unfinished images in all and of each client. */
  public Admission(int maxUnfinished, int maxOfClient) {
    this.maxUnfinished = maxUnfinished;
    this.maxOfClient = maxOfClient;
  }

  /**
   * Lets a request in, which is then counted until {@link #finish} or {@link #withdraw}, or does
   * not.
   *
   * @return why it was not let in; empty if it was
   */
  public Optional<Full> admit(String client, int images, long nowNanos) {
    int own = ofClient.getOrDefault(client, 0);
    int excessOfClient = own + images - maxOfClient;
    int excess = unfinished + images - maxUnfinished;
    if (excess > 0 || excessOfClient > 0) {
      boolean isOfClient = excess <= 0;
      Duration retryAfter = timeToFinish(Math.max(excess, excessOfClient));
      return Optional.of(new Full(isOfClient ? own : unfinished, isOfClient, retryAfter));
    }
    if (unfinished == 0) {
      measuredFromNanos = nowNanos;
    }
    unfinished += images;
    ofClient.put(client, own + images);
    return Optional.empty();
  }

  /** Gives back the places of a request that has ended, finished or not. */
  public void finish(String client, int images, long nowNanos) {
    withdraw(client, images);
    double measured = (nowNanos - measuredFromNanos) / (double) images;
    nanosPerImage =
        nanosPerImage == 0 ? measured : NEWEST * measured + (1 - NEWEST) * nanosPerImage;
    measuredFromNanos = nowNanos;
  }

  /** Gives back the places of a request for which nothing was done. */
  public void withdraw(String client, int images) {
    int own = ofClient.getOrDefault(client, 0);
    if (images < 1 || images > own) {
      throw new IllegalArgumentException(
          "images: " + images + " (expected: 1 to the client's unfinished, " + own + ")");
    }
    unfinished -= images;
    if (own == images) {
      ofClient.remove(client);
    } else {
      ofClient.put(client, own - images);
    }
  }

  /** Returns how many images are let in and not finished. */
  public int unfinished() {
    return unfinished;
  }

  /** Returns a time that is advice: no less than 1 second and no more than 60. */
  public static Duration advice(long nanos) {
    if (nanos >= LATEST.toNanos()) {
      return LATEST;
    }
    return nanos <= SOONEST.toNanos() ? SOONEST : Duration.ofNanos(nanos);
  }

  private Duration timeToFinish(int images) {
    return advice((long) (images * nanosPerImage));
  }
}
