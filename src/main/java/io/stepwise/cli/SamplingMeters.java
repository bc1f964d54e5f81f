package io.stepwise.cli;

import io.stepwise.sampling.RefusalReason;
import io.stepwise.sampling.SamplingListener;
import io.stepwise.telemetry.Meters;
import java.time.Duration;
import java.util.Locale;

/** Counts what the sampling actors do. */
record SamplingMeters(Meters meters) implements SamplingListener {

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
