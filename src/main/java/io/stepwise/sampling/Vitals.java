package io.stepwise.sampling;

import java.util.concurrent.CompletionStage;

/** What those ask of a process who watch it: probes, and whoever reads its metrics. Thread safe. */
public interface Vitals {

  /** Returns the fleet as it is now. */
  CompletionStage<Fleet> fleet();

  /** Returns whether work can be done. */
  CompletionStage<Readiness> readiness();
}
