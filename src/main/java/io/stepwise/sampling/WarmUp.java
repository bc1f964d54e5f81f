package io.stepwise.sampling;

import io.stepwise.batching.BatchKey;
import io.stepwise.batching.StepTime;
import io.stepwise.network.ModelDescription;
import io.stepwise.network.StepInput;
import io.stepwise.network.StepKernel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Steps that a replica takes for nobody, to see how long they take: with 1 row, 2, 4 and so on to
 * the largest batch.
 *
 * @param limit no step is begun after this time; zero for no steps at all
 */
record WarmUp(Duration limit, ServedModel served) {

  private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);

  /** How often each size is measured after a first time, in which memory is gathered. */
  private static final int TIMES = 2;

  /**
   * Returns what was measured, smaller batches first; nothing of those for which there was no time.
   * A batch that fails ends it.
   */
  List<StepTime> measure(StepKernel kernel, int maxRows) {
    List<StepTime> measured = new ArrayList<>();
    if (limit.isZero()) {
      return measured;
    }
    long begin = System.nanoTime();
    try {
      StepInput input = input();
      for (int rows = 1; rows > 0; rows = next(rows, maxRows)) {
        List<StepInput> batch = Collections.nCopies(rows, input);
        long first = time(kernel, batch);
        List<StepTime> again = new ArrayList<>();
        while (again.size() < TIMES && System.nanoTime() - begin < limit.toNanos()) {
          again.add(new StepTime(rows, time(kernel, batch)));
        }
        measured.addAll(again.isEmpty() ? List.of(new StepTime(rows, first)) : again);
        if (System.nanoTime() - begin >= limit.toNanos()) {
          return measured;
        }
      }
    } catch (Throwable failure) {
      LOG.warn("steps of {} were not all measured", served.name(), failure);
    }
    return measured;
  }

  /**
   * Takes one step and forgets it, for the first one of a network takes longer than others.
   *
   * @throws io.stepwise.network.NetworkException if it fails
   */
  void stepOnce(StepKernel kernel) {
    kernel.run(List.of(input()));
  }

  /** Returns the size after one; 0 after the last. */
  private static int next(int rows, int maxRows) {
    return rows == maxRows ? 0 : Math.min(2 * rows, maxRows);
  }

  private static long time(StepKernel kernel, List<StepInput> batch) {
    long begin = System.nanoTime();
    kernel.run(batch);
    return Math.max(1, System.nanoTime() - begin);
  }

  private StepInput input() {
    ModelDescription model = served.model().description();
    PlanSource plans = served.plans();
    Recipe recipe =
        new Recipe(
            "warm-up",
            new BatchKey(model.digest(), ""),
            model.shape(),
            model.imageShape(),
            plans.plan(plans.defaultSolver(), Math.min(10, plans.maxSteps()), null),
            0,
            0,
            1,
            new Recipe.Urgency("warm-up", 0, 0, 0),
            null);
    return DenoisingState.first(recipe, 0).nextInput();
  }
}
