package io.stepwise.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RequestSequenceTest {

  private static final int MANY = 100_000;

  private static List<PlannedRequest> take(
      RequestOptions options, Load load, long seed, int count) {
    RequestSequence sequence = RequestSequence.of(options, load, seed);
    return Stream.generate(sequence::next).limit(count).toList();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.25, 1, 4})
  void gapsHaveTheMeanOfTheRateAndTheVarianceOfTheBurstiness(double burstiness) {
    double rate = 20;
    List<PlannedRequest> requests = take(Asked.once(), new Load.Open(rate, burstiness), 3, MANY);

    double sum = 0;
    double squares = 0;
    double last = 0;
    for (PlannedRequest request : requests) {
      double gap = request.offsetNanos() / 1e9 - last;
      last = request.offsetNanos() / 1e9;
      sum += gap;
      squares += gap * gap;
    }
    double mean = sum / MANY;
    assertThat(mean).isCloseTo(1 / rate, Percentage.withPercentage(1.5));
    assertThat(squares / MANY - mean * mean)
        .isCloseTo(1 / (rate * rate * burstiness), Percentage.withPercentage(4));
  }

  @Test
  void poissonGapsAreExponential() {
    List<PlannedRequest> requests = take(Asked.once(), new Load.Open(1, 1), 3, MANY);

    long longerThanMean = 0;
    for (int i = 1; i < MANY; i++) {
      long gap = requests.get(i).offsetNanos() - requests.get(i - 1).offsetNanos();
      longerThanMean += gap > 1e9 ? 1 : 0;
    }
    assertThat(longerThanMean / (double) MANY).isCloseTo(Math.exp(-1), within(0.005));
  }

  @Test
  void sameSeedGivesTheSameRequests() {
    RequestOptions options = Asked.of(StepMix.parse("10:0.5,50:0.5"), 0.2);
    Load load = new Load.Open(3, 0.5);

    assertThat(take(options, load, 7, 1000)).isEqualTo(take(options, load, 7, 1000));
    assertThat(take(options, load, 7, 10)).isNotEqualTo(take(options, load, 8, 10));
  }

  @Test
  void anotherRateBringsTheSameRequestsAtOtherTimes() {
    RequestOptions options = Asked.mixed("10:0.5,50:0.3,250:0.2");
    List<PlannedRequest> slow = take(options, new Load.Open(1, 1), 7, 100);
    List<PlannedRequest> fast = take(options, new Load.Open(10, 1), 7, 100);
    List<PlannedRequest> closed = take(options, new Load.Closed(3), 7, 100);

    for (int i = 0; i < 100; i++) {
      assertThat(fast.get(i).offsetNanos() * 10.0)
          .isCloseTo((double) slow.get(i).offsetNanos(), within(100.0));
      assertThat(fast.get(i).steps()).isEqualTo(slow.get(i).steps());
      assertThat(fast.get(i).seed()).isEqualTo(slow.get(i).seed());
      assertThat(closed.get(i).steps()).isEqualTo(slow.get(i).steps());
      assertThat(closed.get(i).offsetNanos()).isZero();
    }
  }

  @Test
  void cancelsAreAShareAtRandomMomentsAndChangeNothingElse() {
    Load load = new Load.Open(1, 1);
    List<PlannedRequest> without = take(Asked.of(StepMix.NONE, 0), load, 7, MANY);
    List<PlannedRequest> with = take(Asked.of(StepMix.NONE, 0.1), load, 7, MANY);

    assertThat(without).allMatch(request -> request.cancelAt() == null);
    double[] moments =
        with.stream()
            .map(PlannedRequest::cancelAt)
            .filter(Objects::nonNull)
            .mapToDouble(Double::doubleValue)
            .toArray();
    assertThat(moments.length / (double) MANY).isCloseTo(0.1, within(0.003));
    assertThat(Arrays.stream(moments).min().orElse(-1)).isBetween(0.0, 0.001);
    assertThat(Arrays.stream(moments).max().orElse(-1)).isBetween(0.999, 1.0);
    assertThat(Arrays.stream(moments).average().orElse(0)).isCloseTo(0.5, within(0.01));
    for (int i = 0; i < 1000; i++) {
      assertThat(with.get(i).seed()).isEqualTo(without.get(i).seed());
      assertThat(with.get(i).offsetNanos()).isEqualTo(without.get(i).offsetNanos());
    }
  }

  @Test
  void promptsTakeTurns() {
    assertThat(take(Asked.once(), new Load.Closed(1), 1, 5))
        .extracting(PlannedRequest::prompt)
        .containsExactly("boot", "bag", "coat", "boot", "bag");
  }

  @Test
  void stepsComeAsOftenAsTheirWeights() {
    List<PlannedRequest> requests =
        take(Asked.mixed("10:5,50:3,250:2"), new Load.Closed(1), 1, MANY);

    assertThat(share(requests, 10)).isCloseTo(0.5, within(0.005));
    assertThat(share(requests, 50)).isCloseTo(0.3, within(0.005));
    assertThat(share(requests, 250)).isCloseTo(0.2, within(0.005));
  }

  private static double share(List<PlannedRequest> requests, int steps) {
    return requests.stream().filter(request -> request.steps() == steps).count() / (double) MANY;
  }
}
