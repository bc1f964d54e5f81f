package io.stepwise.diffusion;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The noise levels of solvers that keep the signal at one, {@code x = clean + sigma * noise}, for a
 * model that was trained at unit variance; the state is scaled before the network. diffusers'
 * Euler, Euler-ancestral and Heun.
 *
 * @param model the model
 * @param spacing where the levels lie
 * @param most the first level with a spacing of its own; null for that of the first timestep
 * @param least the last level with a spacing of its own; null for that of the last timestep
 * @param interpolatesLogs whether n + 1 levels at equal distances in log-SNR replace those of the
 *     timesteps, the last one being the end
 * @param tellsLogs whether the network is told a quarter of the logarithm of sigma
 * @param endsClean whether the last step leads to the clean image, or else to timestep 0
 */
record UnitSignalGrid(
    DiscreteModel model,
    RatioSpacing spacing,
    @Nullable Double most,
    @Nullable Double least,
    boolean interpolatesLogs,
    boolean tellsLogs,
    boolean endsClean) {

  private enum Interpolation {
    LINEAR,
    LOG_LINEAR
  }

  private enum TimestepType {
    DISCRETE,
    CONTINUOUS
  }

  static UnitSignalGrid of(SchedulerFields fields) {
    DiscreteModel model = DiscreteModel.of(fields);
    boolean isContinuous =
        fields.has(SchedulerField.TIMESTEP_TYPE)
            && fields.choice(SchedulerField.TIMESTEP_TYPE, TimestepType.class)
                == TimestepType.CONTINUOUS;
    return new UnitSignalGrid(
        model,
        RatioSpacing.of(fields),
        fields.positiveOrNull(SchedulerField.SIGMA_MAX),
        fields.positiveOrNull(SchedulerField.SIGMA_MIN),
        fields.has(SchedulerField.INTERPOLATION_TYPE)
            && fields.choice(SchedulerField.INTERPOLATION_TYPE, Interpolation.class)
                == Interpolation.LOG_LINEAR,
        isContinuous && model.prediction() == Prediction.V,
        FinalSigma.isZero(fields));
  }

  /** Returns the levels of a plan with this many steps. */
  NoiseGrid grid(int steps) {
    RatioTable table = RatioTable.of(model.schedule());
    double[] times =
        model.spacing().times(steps, model.schedule().trainTimesteps(), model.stepsOffset());
    double[] ratios = ratios(table, times);
    double end = ratios.length > steps ? ratios[steps] : endsClean ? 0 : table.least();
    if (spacing != RatioSpacing.TIMESTEPS) {
      double first = most == null ? ratios[0] : most;
      ratios = spacing.ratios(first, least == null ? ratios[ratios.length - 1] : least, steps);
      times = Arrays.stream(ratios).map(table::timeOf).toArray();
      end = endsClean ? 0 : table.least();
    }
    List<GridPoint> points = new ArrayList<>(steps);
    for (int i = 0; i < steps; i++) {
      points.add(point(times[i], (float) ratios[i]));
    }
    return new NoiseGrid(
        initialScale(points.get(0).level().sigma()),
        points,
        new NoiseLevel(1, (float) end),
        model.clip());
  }

  /** Returns the levels of the timesteps, or those that replace them and the end. */
  private double[] ratios(RatioTable table, double[] times) {
    double[] ratios = new double[times.length + (interpolatesLogs ? 1 : 0)];
    float[] logs =
        NoiseSchedule.linspace(Math.log(table.most()), Math.log(table.least()), ratios.length);
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = interpolatesLogs ? (float) Math.exp(logs[i]) : table.at(times[i]);
    }
    return ratios;
  }

  private GridPoint point(double time, double sigma) {
    NoiseLevel trained = NoiseLevel.ofRatio(sigma);
    Prediction.OfOutput denoised = model.prediction().denoised(trained.alpha(), trained.sigma());
    return new GridPoint(
        (float) (tellsLogs ? Math.log(sigma) / 4 : time),
        trained.alpha(),
        new NoiseLevel(1, sigma),
        new Prediction.OfOutput(denoised.x() * trained.alpha(), denoised.out()));
  }

  /** With leading timesteps the first state has unit variance before it is scaled. */
  private double initialScale(double sigma) {
    return model.spacing() == TimestepSpacing.LEADING ? Math.sqrt(sigma * sigma + 1) : sigma;
  }
}
