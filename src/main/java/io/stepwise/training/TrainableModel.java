package io.stepwise.training;

import io.stepwise.data.ImageDataset;
import io.stepwise.snapshot.SnapshotStore;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * A served model that can be trained further.
 *
 * @param name the name that requests use
 * @param store where its versions are
 * @param runFolder where its trainings keep their checkpoints and losses, one after the other
 * @param dataset opens what it is trained on, which may take a while; what it throws ends the
 *     training
 */
public record TrainableModel(
    String name, SnapshotStore store, Path runFolder, Supplier<ImageDataset> dataset) {}
