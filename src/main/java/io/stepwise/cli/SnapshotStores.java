package io.stepwise.cli;

import io.stepwise.network.FolderModel;
import io.stepwise.settings.SnapshotSettings;
import io.stepwise.snapshot.Problem;
import io.stepwise.snapshot.Snapshot;
import io.stepwise.snapshot.SnapshotException;
import io.stepwise.snapshot.SnapshotStore;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The stores of the models of one process, in the folder that the operator configured. */
final class SnapshotStores {

  private static final Logger LOG = LoggerFactory.getLogger(SnapshotStores.class);

  private SnapshotStores() {}

  /**
   * Opens the stores of models, each with the configured model as its base, and logs what was wrong
   * with them.
   *
   * @param models shipped models' names or paths of model folders
   * @return the stores by the names that requests use, in the models' order; none where no folder
   *     is configured
   * @throws io.stepwise.snapshot.SnapshotException if one can neither be read nor made
   */
  static Map<String, SnapshotStore> open(SnapshotSettings settings, List<String> models) {
    Map<String, SnapshotStore> stores = new LinkedHashMap<>();
    settings
        .folder()
        .ifPresent(
            root ->
                models.forEach(
                    model -> {
                      String name = ModelLibrary.name(model);
                      stores.put(name, open(root, name, model, settings.keep()));
                    }));
    return stores;
  }

  /**
   * Opens the current version, or the newest whole one if that is damaged.
   *
   * @param device {@code cpu}, {@code cuda:N} or {@code auto}
   * @throws io.stepwise.snapshot.SnapshotException if there is none
   */
  static FolderModel current(SnapshotStore store, String device) {
    Snapshot current = store.current().orElseThrow();
    try {
      return store.load(current.digest(), device);
    } catch (SnapshotException damaged) {
      Optional<Snapshot> other = store.current();
      if (other.isEmpty() || other.get().digest().equals(current.digest())) {
        throw damaged;
      }
      LOG.warn("{}; served instead: {}", damaged.getMessage(), other.get().digest());
      return current(store, device);
    }
  }

  private static SnapshotStore open(Path root, String name, String model, int keep) {
    SnapshotStore store = SnapshotStore.open(root, name, keep);
    store.importBase(ModelLibrary.folder(model));
    for (Problem problem : store.problems()) {
      LOG.warn("snapshots of {}: {}", name, problem);
    }
    return store;
  }
}
