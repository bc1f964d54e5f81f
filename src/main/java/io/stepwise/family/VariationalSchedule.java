package io.stepwise.family;

import io.stepwise.diffusion.NoiseSchedule;
import io.stepwise.diffusion.SchedulerConfig;
import io.stepwise.network.NoiseEnds;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The noise schedule of a {@link Family#VDM} in the fields of a scheduler: the betas of a log-SNR
 * that falls along a line.
 *
 * <p>They are float32, so there can be the fewer of them the less noise the first level has, or
 * some of the least noisy levels would be equal.
 */
final class VariationalSchedule {

  /** How many timesteps there are where the ends are fixed. */
  static final int TIMESTEPS = 500;

  /** How many timesteps there are, or may be, where the ends are learnt. */
  static final int LEARNT_TIMESTEPS = 200;

  /** What so many timesteps can tell apart, with room for the last end to move. */
  private static final double LOWEST_GAMMA = -14.2;

  private static final double FIRST_GAMMA = -13.3;
  private static final double LAST_GAMMA = 5;
  private static final String TRAINED_BETAS = "trained_betas";

  private VariationalSchedule() {}

  /** Returns the betas between the ends of the first paper. */
  static Object betas(int timesteps) {
    return betas(timesteps, FIRST_GAMMA, LAST_GAMMA);
  }

  /** Makes room for other ends in the fields of a new model's scheduler. */
  static void prepareLearning(Map<String, Object> fields) {
    fields.put("num_train_timesteps", LEARNT_TIMESTEPS);
    fields.put(TRAINED_BETAS, betas(LEARNT_TIMESTEPS));
  }

  /** Returns the ends of a model's schedule, to go on with. */
  static NoiseEnds ends(SchedulerConfig scheduler) {
    NoiseSchedule schedule = scheduler.noiseSchedule();
    double last = schedule.gamma(schedule.trainTimesteps() - 1);
    return new NoiseEnds(LOWEST_GAMMA, schedule.gamma(0), last);
  }

  /** Returns the same scheduler with betas between other ends. */
  static SchedulerConfig withEnds(SchedulerConfig scheduler, NoiseEnds ends) {
    Map<String, Object> fields = new LinkedHashMap<>(scheduler.fields());
    fields.put(TRAINED_BETAS, betas(scheduler.trainTimesteps(), ends.first(), ends.last()));
    return SchedulerConfig.parse(fields);
  }

  private static Object betas(int timesteps, double first, double last) {
    NoiseSchedule schedule = NoiseSchedule.linearLogSnr(timesteps, -first, -last);
    return IntStream.range(0, timesteps).mapToObj(schedule::beta).toList();
  }
}
