package io.stepwise.cluster;

import io.stepwise.diffusion.StepRow;
import io.stepwise.sampling.Recipe;
import java.io.Serializable;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Messages as records that other serializers can write, with the same content. */
final class PlainMessages {

  private PlainMessages() {}

  record State(int image, int step, float[] x, float[] history) implements Serializable {

    static State of(ImageState state) {
      return new State(state.image(), state.step(), state.x(), state.history());
    }
  }

  record StateReported(long number, State state) implements Serializable {}

  record StepTaken(long number, int image, int step, long sentAgoNanos, float @Nullable [] preview)
      implements Serializable {}

  record Row(
      double timestep,
      double inputScale,
      double p,
      double q,
      @Nullable Double clip,
      double[][] matrix,
      double v)
      implements Serializable {

    static Row of(StepRow row) {
      double[][] matrix =
          IntStream.range(0, row.m().rows()).mapToObj(row.m()::row).toArray(double[][]::new);
      return new Row(
          row.timestep(), row.inputScale(), row.p(), row.q(), row.clip(), matrix, row.v());
    }
  }

  record Plan(double initialScale, int history, List<Row> rows) implements Serializable {}

  record Urgency(String client, long acceptedNanos, long deadlineNanos, int priority)
      implements Serializable {}

  record Order(
      String request,
      String weights,
      String shape,
      int[] state,
      int[] image,
      Plan plan,
      long seed,
      long label,
      double guidance,
      Urgency urgency)
      implements Serializable {

    static Order of(Recipe recipe) {
      Recipe.Urgency urgency = recipe.urgency();
      return new Order(
          recipe.request(),
          recipe.key().weights(),
          recipe.key().shape(),
          new int[] {recipe.shape().channels(), recipe.shape().height(), recipe.shape().width()},
          new int[] {
            recipe.imageShape().channels(),
            recipe.imageShape().height(),
            recipe.imageShape().width()
          },
          new Plan(
              recipe.plan().initialScale(),
              recipe.plan().history(),
              List.copyOf(recipe.plan().rows().stream().map(Row::of).toList())),
          recipe.seed(),
          recipe.label(),
          recipe.guidance(),
          new Urgency(
              urgency.client(),
              urgency.acceptedNanos(),
              urgency.deadlineNanos(),
              urgency.priority()));
    }
  }

  record Make(String placement, long number, boolean accepted, Order recipe, List<State> states)
      implements Serializable {}

  /** Returns the plain form of a message. */
  static Object of(Message message, String placement) {
    if (message instanceof ModelHost.Make make) {
      return new Make(
          placement,
          make.number(),
          make.accepted(),
          Order.of(make.recipe()),
          make.states().stream().map(State::of).toList());
    } else if (message instanceof Placement.StateReported reported) {
      return new StateReported(reported.number(), State.of(reported.state()));
    } else if (message instanceof Placement.StepTaken taken) {
      return new StepTaken(
          taken.number(), taken.image(), taken.step(), taken.sentAgoNanos(), taken.preview());
    }
    throw new IllegalArgumentException("message: " + message + " (expected: one with a twin)");
  }
}
