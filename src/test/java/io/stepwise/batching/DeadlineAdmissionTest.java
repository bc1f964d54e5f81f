package io.stepwise.batching;

import static io.stepwise.batching.TestImage.KEY;
import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.batching.DeadlineAdmission.Disturbing;
import io.stepwise.batching.DeadlineAdmission.InTime;
import io.stepwise.batching.DeadlineAdmission.TooLate;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One replica whose steps take 10 ns, with two places. */
final class DeadlineAdmissionTest {

  private static final Capacity CAPACITY = new Capacity(rows -> 10, 2, 1, 1, 0);

  @Test
  void requestThatIsDoneInTimeIsAdmittedWithItsForecast() {
    assertThat(decide(job("new", "a", 1, 10, 106), List.of())).isEqualTo(new InTime(100));
  }

  @Test
  void partOfTheTimeIsKeptInReserve() {
    assertThat(decide(job("new", "a", 1, 10, 100), List.of())).isEqualTo(new TooLate(100, 5));
  }

  @Test
  void timeUntilTheNextBatchCounts() {
    assertThat(DeadlineAdmission.decide(job("new", "a", 1, 10, 160), List.of(), CAPACITY, 30, 40))
        .isEqualTo(new TooLate(130, 16));
  }

  @Test
  void workOfOthersCounts() {
    List<Job> accepted = List.of(job("old", "a", 4, 10, 10_000));

    assertThat(decide(job("new", "a", 2, 10, 220), accepted)).isEqualTo(new InTime(200));
    assertThat(decide(job("new", "a", 4, 10, 220), accepted)).isInstanceOf(TooLate.class);
  }

  @Test
  void whatWouldMakeAnAcceptedRequestLateIsRefused() {
    List<Job> accepted = List.of(job("old", "a", 4, 10, 220));

    assertThat(decide(job("new", "b", 1, 10, 10_000), accepted)).isEqualTo(new Disturbing(91));
  }

  @Test
  void requestThatIsLateAnywayHoldsUpNobody() {
    List<Job> accepted = List.of(job("old", "a", 4, 10, 100));

    assertThat(decide(job("new", "b", 1, 10, 10_000), accepted)).isEqualTo(new InTime(100));
  }

  private static DeadlineAdmission.Verdict decide(Job request, List<Job> accepted) {
    return DeadlineAdmission.decide(request, accepted, CAPACITY, 0, 0);
  }

  private static Job job(String request, String client, int images, int steps, long deadline) {
    return new Job(request, client, KEY, 0, deadline, 1, Collections.nCopies(images, steps));
  }
}
