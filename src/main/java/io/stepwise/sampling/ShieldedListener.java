package io.stepwise.sampling;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what a listener throws from the actors that call it.
 *
 * @param listener the one that is told
 */
record ShieldedListener(SamplingListener listener) implements SamplingListener {

  private static final Logger LOG = LoggerFactory.getLogger(ShieldedListener.class);

  @Override
  public void batchFinished(FinishedBatch batch) {
    shield(() -> listener.batchFinished(batch));
  }

  @Override
  public void requestAdmitted(String model, int images) {
    shield(() -> listener.requestAdmitted(model, images));
  }

  @Override
  public void requestRefused(String model, RefusalReason reason) {
    shield(() -> listener.requestRefused(model, reason));
  }

  @Override
  public void requestInvalid() {
    shield(listener::requestInvalid);
  }

  @Override
  public void generationEnded(EndedGeneration generation) {
    shield(() -> listener.generationEnded(generation));
  }

  @Override
  public void imageFinished(String model) {
    shield(() -> listener.imageFinished(model));
  }

  @Override
  public void imageFailed(String model) {
    shield(() -> listener.imageFailed(model));
  }

  @Override
  public void replicaRestarted(String model, int slot) {
    shield(() -> listener.replicaRestarted(model, slot));
  }

  @Override
  public void versionLoaded(String model, Duration took) {
    shield(() -> listener.versionLoaded(model, took));
  }

  @Override
  public void versionSwitched(String model, String snapshot) {
    shield(() -> listener.versionSwitched(model, snapshot));
  }

  @Override
  public void versionRefused(String model) {
    shield(() -> listener.versionRefused(model));
  }

  @Override
  public void otherWeightsRan(String model, int slot) {
    shield(() -> listener.otherWeightsRan(model, slot));
  }

  private static void shield(Runnable call) {
    try {
      call.run();
    } catch (RuntimeException failure) {
      LOG.warn("a listener failed", failure);
    }
  }
}
