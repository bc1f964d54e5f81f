package io.stepwise.sampling;

import io.stepwise.network.DenoisingModel;
import io.stepwise.snapshot.Snapshot;
import io.stepwise.snapshot.SnapshotStore;
import java.util.List;
import java.util.Set;

/**
 * Where the versions of one model's weights are kept. Thread safe; every method may read or write
 * files, and throws a {@code RuntimeException} that says what is wrong if it cannot.
 */
public interface VersionStore {

  /** The fewest first digits of a digest that name a version. */
  int SHORTEST_PREFIX = 8;

  /** Returns the versions, the newest first. */
  List<Snapshot> history();

  /**
   * Returns a version's model after checking its files.
   *
   * @param digest of a version in the history
   */
  DenoisingModel load(String digest);

  /** Makes a version the one that is served from the next start on. */
  void activate(String digest);

  /**
   * Tells others of a version on trial, which is not written down: after the next start the current
   * one serves all.
   *
   * @param share of the new images that begin on it, more than 0 and less than 1
   */
  default void tryOut(String digest, double share) {}

  /** Names the versions in use, which are not to be removed until the next call. */
  void pin(Set<String> digests);

  /**
   * Returns the digest of a version.
   *
   * @param version its digest, or {@value #SHORTEST_PREFIX} or more of its first digits
   * @throws IllegalArgumentException if there is no such version, or several begin so
   */
  default String find(String version) {
    List<String> found =
        history().stream().map(Snapshot::digest).filter(d -> d.startsWith(version)).toList();
    if (found.contains(version)) {
      return version;
    }
    if (found.size() == 1 && version.length() >= SHORTEST_PREFIX) {
      return found.get(0);
    }
    throw new IllegalArgumentException(
        "snapshot: %s (expected: the digest of one version, or %d or more of its first digits)"
            .formatted(RequestResolver.quoted(version), SHORTEST_PREFIX));
  }

  /** Returns the store of a model that has no other version. */
  static VersionStore of(DenoisingModel only) {
    return new SingleVersion(only);
  }

  /**
   * Returns the versions in a store, for one of several who use them in this process.
   *
   * @param device where their kernels run: {@code cpu}, {@code cuda:N} or {@code auto}
   * @param user whose versions in use these are
   */
  static VersionStore of(SnapshotStore store, String device, String user) {
    return new StoredVersions(store, device, user);
  }

  /**
   * Returns the versions in a store.
   *
   * @param device where their kernels run: {@code cpu}, {@code cuda:N} or {@code auto}
   */
  static VersionStore of(SnapshotStore store, String device) {
    return of(store, device, "service");
  }
}
