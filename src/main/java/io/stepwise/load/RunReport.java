package io.stepwise.load;

import java.util.List;
import java.util.Map;

/**
 * What came of one load.
 *
 * @param load how the server was pressed
 * @param seconds from the first request's time until nothing more was sent and all had ended
 * @param interrupted whether the test was stopped before its end
 * @param requests how many requests there were
 * @param figures how much came
 * @param goodput how much of it in time
 * @param errors how many requests failed, by what went wrong
 * @param latencies how long it took
 * @param client how well the load tester itself kept up
 * @param server what the server says of the same time; empty where it says nothing
 * @param warnings what to mind before these figures are believed
 * @param timeline what happened when
 * @param curves share of the requests that took so long at most, for all of them and by steps
 */
public record RunReport(
    Load load,
    double seconds,
    boolean interrupted,
    Requests requests,
    Figures figures,
    Goodput goodput,
    Map<String, Long> errors,
    Latencies latencies,
    Client client,
    ServerMetrics server,
    List<String> warnings,
    List<Interval> timeline,
    Map<String, List<Point>> curves) {

  /**
   * How many requests there were.
   *
   * @param sent those that should be sent, of which the others are the parts
   * @param succeeded those of which all images came
   * @param failed those of which not all came
   * @param cancelled those that this client cancelled in time
   * @param unfinished those in flight when the test was stopped
   */
  public record Requests(long sent, long succeeded, long failed, long cancelled, long unfinished) {}

  /**
   * How much came.
   *
   * @param offeredPerSecond requests sent, by the time in which requests were sent
   * @param requestsPerSecond requests that succeeded, by all seconds
   * @param imagesPerSecond images that came, by all seconds
   * @param imageStepsPerSecond their steps, by all seconds
   * @param images images that came
   * @param imageSteps steps of these images
   * @param failedImages images that the server could not make
   */
  public record Figures(
      double offeredPerSecond,
      double requestsPerSecond,
      double imagesPerSecond,
      double imageStepsPerSecond,
      long images,
      long imageSteps,
      long failedImages) {}

  /**
   * How much came in time.
   *
   * @param goalsMs latency within which a request is good, by steps; empty if there is no goal
   * @param attainment share of the good ones among those that succeeded or failed, 0 to 1
   * @param requestsPerSecond good requests, by all seconds
   * @param imagesPerSecond images of good requests, by all seconds
   */
  public record Goodput(
      Map<String, Double> goalsMs,
      double attainment,
      double requestsPerSecond,
      double imagesPerSecond) {}

  /**
   * How long it took, in milliseconds.
   *
   * @param totalMs from the intended time until the last byte, of requests that succeeded
   * @param totalMsBySteps the same for each step count
   * @param firstPreviewMs from the intended time until the first preview
   * @param previewGapMs from one preview of an image to the next of the same
   * @param queueMs from the server's own account, until the first step
   * @param cancelMs from a cancel until the server confirmed it; a closed connection is not
   *     confirmed
   */
  public record Latencies(
      Distribution totalMs,
      Map<String, Distribution> totalMsBySteps,
      Distribution firstPreviewMs,
      Distribution previewGapMs,
      Distribution queueMs,
      Distribution cancelMs) {}

  /**
   * How well the load tester itself kept up.
   *
   * @param sendLagMs how late requests were sent
   * @param callbackDelayMs how long what was received waited for a thread of the load tester
   * @param mostInFlight largest number of requests in flight at once
   */
  public record Client(Distribution sendLagMs, Distribution callbackDelayMs, int mostInFlight) {}

  /**
   * A point of a curve.
   *
   * @param ms latency in milliseconds
   * @param share part of the requests that took so long at most, 0 to 1
   */
  public record Point(double ms, double share) {}

  /** Returns the same with these warnings. */
  RunReport withWarnings(List<String> others) {
    return new RunReport(
        load,
        seconds,
        interrupted,
        requests,
        figures,
        goodput,
        errors,
        latencies,
        client,
        server,
        List.copyOf(others),
        timeline,
        curves);
  }
}
