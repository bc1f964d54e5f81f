package io.stepwise.training;

import io.stepwise.snapshot.Snapshot;
import java.util.List;

/**
 * What a published version draws.
 *
 * @param snapshot the version
 * @param labels of the columns, from left to right; empty where the model knows no labels
 * @param grid the samples
 */
public record TrainingSamples(Snapshot snapshot, List<String> labels, SampleGrid grid)
    implements TrainingEvent {

  /** Copies the labels. */
  public TrainingSamples {
    labels = List.copyOf(labels);
  }
}
