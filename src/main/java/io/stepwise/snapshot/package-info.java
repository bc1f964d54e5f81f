/**
 * Versions of a model's weights on disk: written whole, verified when read, kept for roll-back.
 *
 * <p><b>Starting points:</b> {@link io.stepwise.snapshot.SnapshotStore}, {@link
 * io.stepwise.snapshot.Snapshot}, {@link io.stepwise.snapshot.SnapshotTransfer} (between stores).
 *
 * <p>May use {@code network} and JSON. Knows nothing of training, of actors or of who uses the
 * weights.
 */
@NullMarked
package io.stepwise.snapshot;

import org.jspecify.annotations.NullMarked;
