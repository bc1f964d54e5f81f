package io.stepwise.batching;

import static io.stepwise.batching.TestImage.KEY;
import static io.stepwise.batching.TestImage.OTHER_KEY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Forecasts, by themselves and against the batches that the planner really makes. */
final class ForecastTest {

  private static final long MILLI = 1_000_000L;
  private static final Offset<Double> EXACTLY = within(1e-3);

  /** 10 ms and 1 ms for each row. */
  private static long stepNanos(int rows) {
    return (10 + rows) * MILLI;
  }

  private static Capacity capacity(int rows, int replicas) {
    return new Capacity(ForecastTest::stepNanos, rows, replicas, 1, 0);
  }

  @Test
  void nothingToDoTakesNoTime() {
    assertThat(Forecast.finishNanos(List.of(), capacity(4, 1))).isEmpty();
  }

  @Test
  void whatFitsInOneBatchTakesItsLongestWay() {
    Map<String, Double> finish =
        forecast(capacity(4, 1), job("short", "a", 1, 10), job("long", "b", 1, 50));

    assertThat(finish.get("short")).isCloseTo(10 * 12 * MILLI, EXACTLY);
    assertThat(finish.get("long")).isCloseTo((10 * 12 + 40 * 11) * MILLI, EXACTLY);
  }

  @Test
  void imagesOfALargeRequestGoOneAfterTheOther() {
    Map<String, Double> finish = forecast(capacity(2, 1), job("a", "a", 3, 10));

    assertThat(finish.get("a")).isCloseTo((10 * 12 + 10 * 11) * MILLI, EXACTLY);
  }

  @Test
  void clientsHaveEqualShares() {
    Map<String, Double> finish =
        forecast(capacity(4, 1), job("large", "a", 100, 10), job("small", "b", 2, 10));

    assertThat(finish.get("small")).isCloseTo(10 * 14 * MILLI, EXACTLY);
    assertThat(finish.get("large")).isCloseTo((10 + 24 * 10) * 14 * MILLI + 120 * MILLI, EXACTLY);
  }

  @Test
  void requestsOfOneClientGoByThePolicy() {
    Map<String, Double> finish =
        forecast(
            capacity(1, 1),
            new Job("second", "a", KEY, 2, 0, 1, List.of(10)),
            new Job("first", "a", KEY, 1, 0, 1, List.of(20)));

    assertThat(finish.get("first")).isCloseTo(20 * 11 * MILLI, EXACTLY);
    assertThat(finish.get("second")).isCloseTo(30 * 11 * MILLI, EXACTLY);
  }

  @Test
  void replicasShareTheRows() {
    Map<String, Double> finish = forecast(capacity(4, 2), job("a", "a", 4, 10));

    assertThat(finish.get("a")).isCloseTo(10 * 12 * MILLI, EXACTLY);
  }

  @Test
  void keysHaveBatchesOfTheirOwn() {
    Map<String, Double> finish =
        forecast(
            capacity(4, 1),
            job("old", "a", 1, 10),
            new Job("new", "b", OTHER_KEY, 0, 0, 2, List.of(10)));

    assertThat(finish.get("old")).isCloseTo(10 * (11 + 12) * MILLI, EXACTLY);
    assertThat(finish.get("new")).isCloseTo(10 * (11 + 12) * MILLI, EXACTLY);
  }

  @Test
  void decodingHoldsUpTheReplica() {
    Capacity latent = new Capacity(ForecastTest::stepNanos, 4, 1, 1, 100 * MILLI);

    assertThat(forecast(latent, job("a", "a", 1, 10)).get("a"))
        .isBetween(210.0 * MILLI, 310.0 * MILLI + 1);
  }

  /**
   * Against the planner itself, for random loads of several clients on one replica and two, with
   * one batch in flight for each and with two.
   */
  @Test
  void forecastsAreWhatComesTrue() {
    List<Double> errors = new ArrayList<>();
    for (int seed = 0; seed < 40; seed++) {
      Random random = new Random(seed);
      int replicas = 1 + seed / 2 % 2;
      int inFlight = 1 + seed % 2;
      CostModel costs = new CostModel(8, 0);
      QueueSimulation queue =
          new QueueSimulation(
                  new StepPlanner<>(new FifoPolicy(), ForecastTest::stepNanos),
                  costs,
                  replicas,
                  ForecastTest::stepNanos)
              .withBatchesInFlight(inFlight);
      List<TestImage> images = new ArrayList<>();
      int rows = 1 + random.nextInt(2);
      int requests = 1 + random.nextInt(30);
      for (int request = 0; request < requests; request++) {
        String client = "client " + random.nextInt(5);
        int steps = List.of(10, 50, 250).get(random.nextInt(3));
        for (int image = random.nextInt(6); image >= 0; image--) {
          images.add(
              TestImage.of("request " + request, image)
                  .by(client)
                  .withSteps(steps)
                  .withRows(rows)
                  .acceptedAt(request));
        }
      }
      Collection<Job> jobs = Job.of(images.stream(), new FifoPolicy());
      Map<String, Double> forecast =
          Forecast.finishNanos(
              jobs, new Capacity(ForecastTest::stepNanos, 8, replicas, inFlight, 0));
      queue.enter(images);
      queue.run();
      queue.finished.forEach((request, end) -> errors.add((forecast.get(request) - end) / end));
    }
    Collections.sort(errors);
    assertThat(errors.get(errors.size() / 2)).as("median error").isBetween(-0.01, 0.01);
    assertThat(errors.get(errors.size() / 20)).as("5th percentile").isGreaterThan(-0.1);
    assertThat(errors.get(errors.size() * 19 / 20)).as("95th percentile").isLessThan(0.1);
  }

  @Test
  void aThousandRequestsAreForecastAtOnce() {
    Job[] jobs =
        IntStream.range(0, 5000)
            .mapToObj(i -> job("request " + i, "client " + i % 1000, 1, 10 + i % 50))
            .toArray(Job[]::new);

    assertThat(forecast(capacity(16, 2), jobs)).hasSize(5000);
  }

  private static Map<String, Double> forecast(Capacity capacity, Job... jobs) {
    return Forecast.finishNanos(List.of(jobs), capacity);
  }

  private static Job job(String request, String client, int images, int steps) {
    return new Job(request, client, KEY, 0, 0, 1, Collections.nCopies(images, steps));
  }
}
