package io.stepwise.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.diffusion.NormalStream;
import io.stepwise.diffusion.StepPlan;
import io.stepwise.network.StepInput;
import io.stepwise.network.StepOutput;
import org.junit.jupiter.api.Test;

final class DenoisingStateTest {

  private final StepPlan remembering = new ToyPlans().plan("remembering", 3, null);

  @Test
  void firstStepBeginsWithTheScaledDrawOfStepZero() {
    StepInput input = DenoisingState.first(Toys.recipe("a", remembering, 1), 5).nextInput();

    float[] draw = new NormalStream(7, 5, 0).draw(6);
    for (int i = 0; i < draw.length; i++) {
      assertThat(input.x()[i]).isEqualTo(2 * draw[i]);
    }
    assertThat(input.history()).containsExactly(0, 0, 0, 0, 0, 0);
    assertThat(input.noise()).isEqualTo(new NormalStream(7, 5, 1));
    assertThat(input.row()).isEqualTo(remembering.rows().get(0));
  }

  @Test
  void rowDrawsFromTheStepAfterIt() {
    DenoisingState state = Toys.next(DenoisingState.first(Toys.recipe("a", remembering, 1), 5));

    assertThat(state.nextInput().noise()).isEqualTo(new NormalStream(7, 5, 2));
    assertThat(state.nextInput().row()).isEqualTo(remembering.rows().get(1));
    assertThat(state.nextInput().x()).isSameAs(state.x());
    assertThat(state.nextInput().history()).isSameAs(state.history());
  }

  @Test
  void stateThatWaitsHoldsNoTensor() {
    DenoisingState state = DenoisingState.first(Toys.recipe("a", remembering, 1), 0);

    assertThat(state.x()).isEmpty();
    assertThat(state.history()).isEmpty();
    assertThat(state.remainingSteps()).isEqualTo(3);
  }

  @Test
  void remainingStepsEndAtZero() {
    DenoisingState state = DenoisingState.first(Toys.recipe("a", remembering, 1), 0);

    assertThat(Toys.last(state).step()).isEqualTo(3);
    assertThat(Toys.last(state).remainingSteps()).isZero();
  }

  @Test
  void oneNumberThatIsNotFiniteIsSeen() {
    DenoisingState state = DenoisingState.first(Toys.recipe("a", remembering, 1), 0);
    float[] good = new float[6];

    assertThat(state.after(new StepOutput(good, good)).isFinite()).isTrue();
    assertThat(state.after(new StepOutput(with(Float.NaN), good)).isFinite()).isFalse();
    assertThat(state.after(new StepOutput(good, with(Float.POSITIVE_INFINITY))).isFinite())
        .isFalse();
  }

  private static float[] with(float last) {
    return new float[] {0, 0, 0, 0, 0, last};
  }
}
