package io.stepwise.batching;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Decides whether a request can be finished by its deadline, and those accepted before it by
 * theirs.
 *
 * <p>A part of the time that is left is kept in reserve, for a forecast can be wrong.
 */
public final class DeadlineAdmission {

  /** The part of the time to a deadline that a forecast may take up. */
  static final double USABLE = 0.95;

  /** What was decided. */
  public sealed interface Verdict {}

  /**
   * The request can be finished in time.
   *
   * @param nanos how long it is likely to take
   */
  public record InTime(long nanos) implements Verdict {}

  /**
   * The request would not be finished in time.
   *
   * @param nanos how long it would be likely to take
   * @param excessNanos by how much too long
   */
  public record TooLate(long nanos, long excessNanos) implements Verdict {}

  /**
   * An accepted request that can still be finished in time would be finished later, and so late
   * that it might not be.
   *
   * @param excessNanos by how much too late the latest of them would be
   */
  public record Disturbing(long excessNanos) implements Verdict {}

  private DeadlineAdmission() {}

  /**
   * Decides on a request.
   *
   * @param waitNanos how long it waits until a batch can be made that it is in
   */
  public static Verdict decide(
      Job request, Collection<Job> accepted, Capacity capacity, long waitNanos, long nowNanos) {
    List<Job> all = new ArrayList<>(accepted);
    all.add(request);
    Map<String, Double> with = Forecast.finishNanos(all, capacity);
    double own = waitNanos + finish(with, request);
    double ownExcess = own - usable(request, nowNanos);
    if (ownExcess > 0) {
      return new TooLate((long) own, (long) ownExcess);
    }
    List<Job> late =
        accepted.stream().filter(job -> finish(with, job) > usable(job, nowNanos)).toList();
    if (late.isEmpty()) {
      return new InTime((long) own);
    }
    Map<String, Double> without = Forecast.finishNanos(accepted, capacity);
    return late.stream()
        .filter(job -> finish(without, job) <= job.deadlineNanos() - nowNanos)
        .filter(job -> finish(with, job) > finish(without, job) + 1)
        .mapToDouble(job -> finish(with, job) - usable(job, nowNanos))
        .max()
        .stream()
        .mapToObj(excess -> (Verdict) new Disturbing((long) excess))
        .findFirst()
        .orElseGet(() -> new InTime((long) own));
  }

  private static double finish(Map<String, Double> finish, Job job) {
    return Objects.requireNonNullElse(finish.get(job.request()), 0.0);
  }

  private static double usable(Job job, long nowNanos) {
    return USABLE * (job.deadlineNanos() - nowNanos);
  }
}
