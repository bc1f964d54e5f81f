package io.stepwise.training;

import io.stepwise.network.FolderModel;
import io.stepwise.snapshot.Snapshot;
import io.stepwise.snapshot.SnapshotStore;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Draws samples with published versions, one denoising step a call. A version that is published
 * meanwhile waits, the newest only. A drawing that fails is logged and given up. Confined to the
 * training's thread.
 */
final class SampleDrawer implements AutoCloseable {

  private record Current(Snapshot snapshot, List<String> labels, SampleDrawing drawing) {}

  private static final Logger LOG = LoggerFactory.getLogger(SampleDrawer.class);
  private static final int ROWS = 2;

  private final SnapshotStore store;
  private final int threads;
  private @Nullable Snapshot waiting;
  private @Nullable Current current;

  /**
   * Has nothing to draw yet.
   *
   * @param store holds the versions
   * @param threads native threads for the calling thread
   */
  SampleDrawer(SnapshotStore store, int threads) {
    this.store = store;
    this.threads = threads;
  }

  /** Draws this version next. */
  void add(Snapshot snapshot) {
    waiting = snapshot;
  }

  /** Returns whether there is something to draw. */
  boolean hasWork() {
    return current != null || waiting != null;
  }

  /**
   * Loads the version that waits, or takes one denoising step; nothing if there is no work.
   *
   * @return the samples, if this step was their last
   */
  Optional<TrainingSamples> proceed() {
    Snapshot subject = current == null ? waiting : current.snapshot();
    if (subject == null) {
      return Optional.empty();
    }
    try {
      if (current != null) {
        return step(current);
      }
      waiting = null;
      current = open(subject);
    } catch (Throwable failure) {
      LOG.warn("{} of {}: no samples drawn", subject.digest(), subject.model(), failure);
      close();
    }
    return Optional.empty();
  }

  private Current open(Snapshot snapshot) {
    FolderModel model = store.load(snapshot.digest(), "cpu");
    List<String> labels = model.description().labels();
    SampleDrawing drawing = new SampleDrawing(model, SampleSheet.ofColumns(labels, ROWS), threads);
    return new Current(snapshot, SampleSheet.shown(labels), drawing);
  }

  private Optional<TrainingSamples> step(Current now) {
    now.drawing().step();
    if (!now.drawing().isDone()) {
      return Optional.empty();
    }
    SampleGrid grid = now.drawing().grid();
    close();
    return Optional.of(new TrainingSamples(now.snapshot(), now.labels(), grid));
  }

  /** Gives up what is being drawn. */
  @Override
  public void close() {
    Current now = current;
    current = null;
    if (now != null) {
      now.drawing().close();
    }
  }
}
