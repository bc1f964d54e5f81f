package io.stepwise.cli;

import io.stepwise.settings.SnapshotSettings;
import io.stepwise.snapshot.Problem;
import io.stepwise.snapshot.SnapshotStore;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

  private static SnapshotStore open(Path root, String name, String model, int keep) {
    SnapshotStore store = SnapshotStore.open(root, name, keep);
    store.importBase(ModelLibrary.folder(model));
    for (Problem problem : store.problems()) {
      LOG.warn("snapshots of {}: {}", name, problem);
    }
    return store;
  }
}
