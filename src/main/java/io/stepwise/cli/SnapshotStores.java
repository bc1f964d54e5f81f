package io.stepwise.cli;

import io.stepwise.network.FolderModel;
import io.stepwise.network.ModelDescription;
import io.stepwise.sampling.ServedModel;
import io.stepwise.sampling.VersionStore;
import io.stepwise.settings.SnapshotSettings;
import io.stepwise.snapshot.Problem;
import io.stepwise.snapshot.Snapshot;
import io.stepwise.snapshot.SnapshotException;
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

  /**
   * Opens the current version. If that is damaged, or has not the shape, labels and scheduler of
   * the configured model, the newest version without such a fault is made current and opened.
   *
   * @param configured the configured model, in whose place the version serves
   * @param device {@code cpu}, {@code cuda:N} or {@code auto}
   * @throws SnapshotException if there is none
   */
  static FolderModel current(SnapshotStore store, ModelDescription configured, String device) {
    Snapshot current = store.current().orElseThrow();
    try {
      return suitable(store, current, configured, device);
    } catch (SnapshotException fault) {
      for (Snapshot other : store.history()) {
        if (!other.equals(current)) {
          try {
            FolderModel model = suitable(store, other, configured, device);
            LOG.warn("{}; served instead: {}", fault.getMessage(), other.digest());
            makeCurrent(store, other);
            return model;
          } catch (SnapshotException e) {
            LOG.warn(e.getMessage());
          }
        }
      }
      throw fault;
    }
  }

  /** Returns models for who has images made by them beside a service of the same process. */
  static List<ServedModel> hosted(
      List<ServedModel> models, Map<String, SnapshotStore> stores, String device) {
    return models.stream()
        .map(
            model -> {
              SnapshotStore store = stores.get(model.model().description().name());
              return store == null
                  ? model
                  : model.versionedIn(VersionStore.of(store, device, "host"));
            })
        .toList();
  }

  private static FolderModel suitable(
      SnapshotStore store, Snapshot version, ModelDescription configured, String device) {
    FolderModel model = store.load(version.digest(), device);
    model
        .description()
        .difference(configured)
        .ifPresent(
            difference -> {
              throw new SnapshotException(
                  store.modelFolder(version.digest()),
                  "does not suit %s: %s".formatted(configured.name(), difference));
            });
    return model;
  }

  private static void makeCurrent(SnapshotStore store, Snapshot version) {
    try {
      store.activate(version.digest());
    } catch (SnapshotException e) {
      LOG.warn(
          "{} is served but not written down as current: {}", version.digest(), e.getMessage());
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
