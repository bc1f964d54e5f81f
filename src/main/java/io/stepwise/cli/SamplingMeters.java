package io.stepwise.cli;

import io.stepwise.sampling.RefusalReason;
import io.stepwise.sampling.SamplingListener;
import io.stepwise.telemetry.Meters;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts what the sampling actors do.
 *
 * @param underWay number of generations that are accepted and have not ended
 */
record SamplingMeters(Meters meters, AtomicInteger underWay) implements SamplingListener {

  SamplingMeters(Meters meters) {
    this(meters, new AtomicInteger());
  }

  /** Returns whether images are being made, on any thread. */
  boolean isBusy() {
    return underWay.get() > 0;
  }

  @Override
  public void batchFinished(FinishedBatch batch) {
    meters.batchFinished(
        batch.model(), batch.rows(), batch.capacityRows(), batch.images(), batch.ran());
    if (!batch.decoded().isZero()) {
      meters.decoded(batch.model(), batch.decoded());
    }
  }

  @Override
  public void requestAdmitted(String model, int images) {
    underWay.incrementAndGet();
    meters.generationAdmitted(model);
  }

  @Override
  public void requestRefused(String model, RefusalReason reason) {
    meters.refused(lowerCase(reason));
  }

  @Override
  public void requestInvalid() {
    meters.refused("invalid");
  }

  @Override
  public void generationEnded(EndedGeneration generation) {
    underWay.decrementAndGet();
    String model = generation.model();
    meters.generationEnded(model, lowerCase(generation.state()));
    meters.generationTook(model, generation.queued(), generation.ran());
    if (generation.predictionError() != null) {
      meters.predictionWasOff(model, generation.predictionError());
    }
  }

  @Override
  public void imageFinished(String model) {
    meters.imageFinished(model);
  }

  @Override
  public void imageFailed(String model) {
    meters.imageFailed(model);
  }

  @Override
  public void replicaRestarted(String model, int slot) {
    meters.replicaRestarted(model);
  }

  @Override
  public void versionLoaded(String model, Duration took) {
    meters.snapshotLoaded(model, took);
  }

  @Override
  public void versionSwitched(String model, String snapshot) {
    meters.snapshotSwitched(model);
  }

  @Override
  public void versionRefused(String model) {
    meters.snapshotRefused(model);
  }

  @Override
  public void otherWeightsRan(String model, int slot) {
    meters.batchVoid(model);
  }

  private static String lowerCase(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
