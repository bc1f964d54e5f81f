package io.stepwise.batching;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What is left to do for a request.
 *
 * @param key what its batches have in common
 * @param dueNanos when it is due by the policy; the earliest of a client's goes first
 * @param rows network rows of each of its images
 * @param remainingSteps steps that each unfinished image still needs, the fewest first
 */
public record Job(
    String request,
    String client,
    BatchKey key,
    long dueNanos,
    long deadlineNanos,
    int rows,
    List<Integer> remainingSteps) {

  /** Sorts the steps. */
  public Job {
    remainingSteps = remainingSteps.stream().sorted().toList();
  }

  /** Returns the jobs that unfinished images are part of. */
  public static <T extends WaitingImage> Collection<Job> of(Stream<T> unfinished, Policy policy) {
    Map<String, List<T>> byRequest = new LinkedHashMap<>();
    unfinished.forEach(
        image ->
            byRequest.computeIfAbsent(image.request(), request -> new ArrayList<>()).add(image));
    List<Job> jobs = new ArrayList<>(byRequest.size());
    byRequest.values().forEach(images -> jobs.add(of(images, policy)));
    return jobs;
  }

  private static <T extends WaitingImage> Job of(List<T> images, Policy policy) {
    T first = images.get(0);
    long due = Long.MAX_VALUE;
    List<Integer> remainingSteps = new ArrayList<>(images.size());
    for (T image : images) {
      due = Math.min(due, policy.dueNanos(image));
      remainingSteps.add(image.remainingSteps());
    }
    return new Job(
        first.request(),
        first.client(),
        first.key(),
        due,
        first.deadlineNanos(),
        first.rows(),
        remainingSteps);
  }
}
