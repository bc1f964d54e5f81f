package io.stepwise.training;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * How the learning rate goes on after its linear warm-up, under the names that diffusers and
 * transformers use.
 *
 * <p>Differs from them: the warm-up's first update has the rate of its end by its length, not 0,
 * and all that fall end at 0.
 */
public enum LearningRateSchedule {
  /** The peak from the first update on, without any warm-up. */
  CONSTANT {
    @Override
    double afterWarmUp(double progress, int cycles, double power) {
      return 1;
    }
  },
  /** Stays at the peak. */
  CONSTANT_WITH_WARMUP {
    @Override
    double afterWarmUp(double progress, int cycles, double power) {
      return 1;
    }
  },
  /** Falls along a straight line. */
  LINEAR {
    @Override
    double afterWarmUp(double progress, int cycles, double power) {
      return 1 - progress;
    }
  },
  /** Falls along half a cosine: Loshchilov and Hutter 2017 (arXiv:1608.03983). */
  COSINE {
    @Override
    double afterWarmUp(double progress, int cycles, double power) {
      return halfCosine(progress);
    }
  },
  /** Falls along half a cosine several times over, each time from the peak: the same paper. */
  COSINE_WITH_RESTARTS {
    @Override
    double afterWarmUp(double progress, int cycles, double power) {
      return halfCosine(progress * cycles % 1);
    }
  },
  /** Falls as a power of the share that is left. */
  POLYNOMIAL {
    @Override
    double afterWarmUp(double progress, int cycles, double power) {
      return Math.pow(1 - progress, power);
    }
  };

  /** Returns the schedule of this name. */
  public static LearningRateSchedule of(String name) {
    return Arrays.stream(values())
        .filter(schedule -> schedule.fieldValue().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "learning-rate schedule: " + name + " (expected: one of " + names() + ")"));
  }

  /** Returns the names of all schedules, with commas between them. */
  public static String names() {
    return Arrays.stream(values())
        .map(LearningRateSchedule::fieldValue)
        .collect(Collectors.joining(", "));
  }

  /** Returns the schedule's name in settings, requests and on the command line. */
  public String fieldValue() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Returns the factor on the peak rate.
   *
   * @param progress share of the updates after the warm-up that were made, 0 to below 1
   * @param cycles falls of {@link #COSINE_WITH_RESTARTS}
   * @param power exponent of {@link #POLYNOMIAL}
   */
  abstract double afterWarmUp(double progress, int cycles, double power);

  private static double halfCosine(double progress) {
    return (1 + Math.cos(Math.PI * progress)) / 2;
  }
}
