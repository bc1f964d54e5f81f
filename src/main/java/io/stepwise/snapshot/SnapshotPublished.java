package io.stepwise.snapshot;

/** The announcement of a version that is whole on disk and may be loaded from now on. */
public record SnapshotPublished(Snapshot snapshot) {}
