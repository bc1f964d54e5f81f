package io.stepwise.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.batching.StepTime;
import io.stepwise.network.NetworkException;
import io.stepwise.network.StepKernel;
import io.stepwise.network.ToyModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class WarmUpTest {

  private static final Duration LONG = Duration.ofMinutes(1);

  private final List<Integer> sizes = new ArrayList<>();
  private final ToyModel model =
      ToyModel.named("toy").disturbedBy(batch -> sizes.add(batch.size()));

  @Test
  void sizesUpToTheLargestAreMeasuredTwiceAfterAFirstTime() {
    assertThat(measure(model, LONG, 6))
        .extracting(StepTime::rows)
        .containsExactly(1, 1, 2, 2, 4, 4, 6, 6);
    assertThat(sizes).containsExactly(1, 1, 1, 2, 2, 2, 4, 4, 4, 6, 6, 6);
  }

  @Test
  void slowModelIsMeasuredOnce() {
    assertThat(measure(model, Duration.ofNanos(1), 6))
        .extracting(StepTime::rows)
        .containsExactly(1);
  }

  @Test
  void noTimeIsNoMeasurement() {
    assertThat(measure(model, Duration.ZERO, 6)).isEmpty();
    assertThat(sizes).isEmpty();
  }

  @Test
  void batchTooLargeForTheDeviceEndsIt() {
    ToyModel small =
        model.disturbedBy(
            batch -> {
              if (batch.size() > 2) {
                throw new NetworkException("out of device memory");
              }
            });

    assertThat(measure(small, LONG, 6)).extracting(StepTime::rows).containsExactly(1, 1, 2, 2);
  }

  private static List<StepTime> measure(ToyModel toy, Duration limit, int maxRows) {
    try (StepKernel kernel = toy.openKernel(1)) {
      return new WarmUp(limit, new ServedModel(toy, new ToyPlans(), 1, 1)).measure(kernel, maxRows);
    }
  }
}
