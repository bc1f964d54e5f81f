package io.stepwise.sampling;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Notes all that a listener hears, in its order. */
final class ListenerProbe implements SamplingListener {

  final List<FinishedBatch> batches = new CopyOnWriteArrayList<>();
  final List<EndedGeneration> ended = new CopyOnWriteArrayList<>();

  /** What else was heard, in words. */
  final List<String> heard = new CopyOnWriteArrayList<>();

  @Override
  public void batchFinished(FinishedBatch batch) {
    batches.add(batch);
  }

  @Override
  public void generationEnded(EndedGeneration generation) {
    ended.add(generation);
  }

  @Override
  public void requestAdmitted(String model, int images) {
    heard.add("admitted " + images + " of " + model);
  }

  @Override
  public void requestRefused(String model, RefusalReason reason) {
    heard.add("refused " + model + " " + reason);
  }

  @Override
  public void requestInvalid() {
    heard.add("invalid");
  }

  @Override
  public void imageFinished(String model) {
    heard.add("image of " + model);
  }

  @Override
  public void imageFailed(String model) {
    heard.add("failed image of " + model);
  }

  @Override
  public void versionLoaded(String model, Duration took) {
    heard.add("loaded a version of " + model);
  }

  @Override
  public void versionSwitched(String model, String snapshot) {
    heard.add("switched " + model + " to " + snapshot);
  }

  @Override
  public void versionRefused(String model) {
    heard.add("refused a version of " + model);
  }

  @Override
  public void otherWeightsRan(String model, int slot) {
    heard.add("other weights of " + model + " " + slot);
  }

  @Override
  public void replicaRestarted(String model, int slot) {
    heard.add("restart of " + model + " " + slot);
  }
}
