package io.stepwise.load;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * One request on its way: what its transport sees of the answer, until it ends, which it does once.
 *
 * <p>Latency counts from the intended moment, not from when the request was really sent. Any thread
 * may call it.
 */
final class Exchange {

  private final PlannedRequest request;
  private final long intendedNanos;
  private final LoadClock clock;
  private final Measurements measurements;
  private final Consumer<Ending> onEnd;
  private final Map<Integer, Long> lastPreviews = new HashMap<>();
  private Runnable abort = () -> {};
  private int images;
  private int failedImages;
  private long imageSteps = Sample.UNKNOWN;
  private double queueMillis = Sample.UNKNOWN;
  private long cancelNanos = Sample.UNKNOWN;
  private boolean ended;

  /**
   * Begins to follow a request.
   *
   * @param intendedNanos when it should be sent
   * @param onEnd what to do once when it has ended
   */
  Exchange(
      PlannedRequest request,
      long intendedNanos,
      LoadClock clock,
      Measurements measurements,
      Consumer<Ending> onEnd) {
    this.request = request;
    this.intendedNanos = intendedNanos;
    this.clock = clock;
    this.measurements = measurements;
    this.onEnd = onEnd;
  }

  PlannedRequest request() {
    return request;
  }

  /** Says how the request is given up; whoever gives it up does that once it has ended. */
  void onAbort(Runnable action) {
    boolean late;
    synchronized (this) {
      late = ended;
      abort = action;
    }
    if (late) {
      action.run();
    }
  }

  /** A preview of an image is there. */
  synchronized void previewArrived(int image) {
    if (ended) {
      return;
    }
    long now = clock.nanos();
    boolean first = lastPreviews.isEmpty();
    Long last = lastPreviews.put(image, now);
    if (first) {
      measurements.onFirstPreview(now - intendedNanos);
    }
    if (last != null) {
      measurements.onPreviewGap(now - last);
    }
  }

  /** An image is there. */
  synchronized void imageArrived() {
    images++;
  }

  /** The server could not make an image. */
  synchronized void imageFailed() {
    failedImages++;
  }

  /**
   * The server says what the request cost.
   *
   * @param queueMillis time until its first step
   * @param imageSteps steps of all its images together
   */
  synchronized void used(double queueMillis, long imageSteps) {
    this.queueMillis = queueMillis;
    this.imageSteps = imageSteps;
  }

  /** Notes that the client asks the server to cancel it; returns false if it has ended. */
  synchronized boolean cancelRequested() {
    if (!ended) {
      cancelNanos = clock.nanos();
    }
    return !ended;
  }

  /** The answer is complete: a success if it holds images and none failed. */
  void complete() {
    Ending ending;
    synchronized (this) {
      if (failedImages > 0) {
        ending = Ending.failed("images failed", "");
      } else if (images == 0) {
        ending = Ending.failed("no images in the answer", "");
      } else {
        ending = Ending.SUCCEEDED;
      }
    }
    end(ending);
  }

  /** The request is cancelled: a failure if nobody asked for that. */
  void cancelled() {
    boolean asked;
    synchronized (this) {
      asked = cancelNanos != Sample.UNKNOWN;
    }
    end(asked ? Ending.CANCELLED : Ending.failed("cancelled by the server", ""));
  }

  /** Ends the exchange and drops what is on its way. */
  void giveUp(Ending ending) {
    if (end(ending)) {
      Runnable action;
      synchronized (this) {
        action = abort;
      }
      action.run();
    }
  }

  /** Ends the exchange; returns false if it had ended before. */
  boolean end(Ending ending) {
    Sample sample;
    synchronized (this) {
      if (ended) {
        return false;
      }
      ended = true;
      sample =
          new Sample(
              request,
              intendedNanos,
              clock.nanos(),
              ending,
              images,
              imageSteps == Sample.UNKNOWN ? (long) images * request.steps() : imageSteps,
              failedImages,
              queueMillis,
              cancelNanos);
    }
    measurements.onEnd(sample);
    onEnd.accept(ending);
    return true;
  }
}
