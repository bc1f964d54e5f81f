package io.stepwise.batching;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.batching.DeadlineAdmission.InTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * How many images are finished within their deadlines, by how many are asked for, in a simulated
 * time: eight clients, 10, 50 and 250 steps, some guided, deadlines at three times the time that an
 * image takes in full batches.
 */
final class OverloadTest {

  private static final long MILLI = 1_000_000L;
  private static final long SECOND = 1000 * MILLI;
  private static final int MAX_ROWS = 16;
  private static final int REPLICAS = 2;

  /** Mean of the network rows that all steps of an image take. */
  private static final double ROW_STEPS = (0.5 * 10 + 0.3 * 50 + 0.2 * 250) * 1.3;

  /** Images a second in full batches. */
  private static final double CAPACITY =
      REPLICAS * MAX_ROWS * 1e9 / (stepNanos(MAX_ROWS) * ROW_STEPS);

  private static final long FROM = 60 * SECOND;
  private static final long TO = 240 * SECOND;

  private final Policy policy = new DeadlinePolicy();

  private static long stepNanos(int rows) {
    return (20 + 4L * rows) * MILLI;
  }

  /**
   * What came of a load, by the second.
   *
   * @param asked images that were asked for
   * @param admitted images that were admitted
   * @param inTime images that were finished in time
   * @param work network rows of all steps of these
   */
  private record Outcome(double asked, double admitted, double inTime, double work) {}

  @Test
  void goodputAtThreeTimesTheCapacityStaysNearItsPeak() {
    double peak = 0;
    for (double load : new double[] {0.7, 1, 1.5}) {
      peak = Math.max(peak, run(load, true).inTime());
    }
    Outcome overload = run(3, true);
    assertThat(overload.inTime()).isGreaterThan(0.95 * peak);
    assertThat(overload.work())
        .as("rows a second, of those that can be computed")
        .isGreaterThan(0.8 * CAPACITY * ROW_STEPS);
    assertThat(overload.inTime())
        .as("of those that were admitted")
        .isGreaterThan(0.97 * overload.admitted());
  }

  @Test
  void nearlyAllIsAdmittedAndInTimeBelowTheCapacity() {
    Outcome light = run(0.7, true);

    assertThat(light.admitted()).isGreaterThan(0.97 * light.asked());
    assertThat(light.inTime()).isGreaterThan(0.99 * light.admitted());
  }

  /** What admission is for. */
  @Test
  void withoutAdmissionOverloadMakesNearlyAllLate() {
    assertThat(run(3, false).inTime()).isLessThan(0.5 * run(3, true).inTime());
  }

  private Outcome run(double load, boolean refusing) {
    Random random = new Random(7);
    CostModel costs = new CostModel(MAX_ROWS, 0);
    for (int rows = 1; rows <= MAX_ROWS; rows *= 2) {
      costs.learn(new StepTime(rows, stepNanos(rows)));
    }
    QueueSimulation queue =
        new QueueSimulation(
                new StepPlanner<>(policy, costs),
                costs,
                REPLICAS,
                rows -> (long) (stepNanos(rows) * (0.9 + 0.2 * random.nextDouble())))
            .withBatchesInFlight(1);
    List<TestImage> admitted = new ArrayList<>();
    int asked = 0;
    long at = 0;
    for (int request = 0; at < TO; request++) {
      at += (long) (-Math.log(1 - random.nextDouble()) * SECOND / (load * CAPACITY));
      TestImage image = image(request, at, random);
      asked += image.acceptedNanos() >= FROM ? 1 : 0;
      queue.at(at, () -> arrive(queue, costs, image, refusing, admitted));
    }
    queue.run();
    double seconds = (double) (TO - FROM) / SECOND;
    List<TestImage> counted =
        admitted.stream().filter(image -> image.acceptedNanos() >= FROM).toList();
    List<TestImage> inTime =
        counted.stream().filter(image -> queue.finished.containsKey(image.request())).toList();
    return new Outcome(
        asked / seconds,
        counted.size() / seconds,
        inTime.size() / seconds,
        inTime.stream().mapToInt(image -> image.rows() * image.steps()).sum() / seconds);
  }

  private static TestImage image(int request, long at, Random random) {
    double kind = random.nextDouble();
    int steps = kind < 0.5 ? 10 : kind < 0.8 ? 50 : 250;
    return TestImage.of("request " + request, 0)
        .by("client " + random.nextInt(8))
        .withSteps(steps)
        .withRows(random.nextDouble() < 0.3 ? 2 : 1)
        .acceptedAt(at)
        .dueAt(at + 3L * steps * stepNanos(MAX_ROWS));
  }

  private void arrive(
      QueueSimulation queue,
      CostModel costs,
      TestImage image,
      boolean refusing,
      List<TestImage> admitted) {
    if (refusing) {
      Capacity capacity = new Capacity(costs, costs.batchRows(), REPLICAS, 1, 0);
      DeadlineAdmission.Verdict verdict =
          DeadlineAdmission.decide(
              Job.of(List.of(image).stream(), policy).iterator().next(),
              Job.of(queue.unfinished(), policy),
              capacity,
              (long) (costs.nanos(costs.batchRows()) * queue.batchesOfReplica()),
              queue.now());
      if (!(verdict instanceof InTime)) {
        return;
      }
    }
    admitted.add(image);
    queue.enter(List.of(image));
    queue.at(image.deadlineNanos(), () -> queue.withdraw(image.request()));
  }
}
