package io.stepwise.snapshot;

import io.stepwise.network.ModelFolderException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The versions that lie in a store, and what else is found there, which is set aside. Safe for many
 * threads.
 */
final class VersionShelf {

  private static final int MAX_PROBLEMS = 100;

  private final StoreLayout layout;
  private final String model;
  private final List<Problem> problems = new CopyOnWriteArrayList<>();
  private final Set<String> damaged = ConcurrentHashMap.newKeySet();

  VersionShelf(StoreLayout layout, String model) {
    this.layout = layout;
    this.model = model;
  }

  List<Problem> problems() {
    return List.copyOf(problems);
  }

  /** Returns the versions by digest, the newest first, without those known to be damaged. */
  Map<String, Snapshot> versions() {
    List<Snapshot> found = new ArrayList<>();
    try {
      for (Path folder : DurableFiles.children(layout.versions())) {
        if (isVersion(folder) && !damaged.contains(folder.getFileName().toString())) {
          describe(new VersionFolder(folder)).ifPresent(found::add);
        }
      }
    } catch (IOException e) {
      throw SnapshotException.of(layout.versions(), "cannot be read", e);
    }
    found.sort(Snapshot.NEWEST_FIRST);
    Map<String, Snapshot> versions = new LinkedHashMap<>();
    found.forEach(snapshot -> versions.put(snapshot.digest(), snapshot));
    return versions;
  }

  /** Returns the digest that a file holds; empty if it is missing or holds something else. */
  Optional<String> pointer(Path file) {
    try {
      return StoreLayout.pointer(file);
    } catch (IOException e) {
      throw SnapshotException.of(file, "cannot be read", e);
    }
  }

  /**
   * Checks all files of a version.
   *
   * @throws SnapshotException if it is damaged, in which case it is set aside, or cannot be read
   */
  Snapshot verify(String digest) {
    VersionFolder version = layout.version(digest);
    try {
      return version.verify(model);
    } catch (DamagedVersionException e) {
      damaged.add(digest);
      setAsideDamaged(version.folder(), e);
      throw SnapshotException.of(version.folder(), "damaged", e);
    } catch (IOException e) {
      throw SnapshotException.of(version.folder(), "cannot be verified", e);
    }
  }

  /**
   * Returns the version of this digest if it is there and whole; sets aside what is damaged. Only
   * under the store's lock.
   */
  Optional<Snapshot> wholeVersion(String digest) throws IOException {
    Path folder = layout.version(digest).folder();
    if (!Files.exists(folder)) {
      damaged.remove(digest);
      return Optional.empty();
    }
    try {
      return Optional.of(layout.version(digest).verify(model));
    } catch (DamagedVersionException e) {
      setAside(folder, e.problem());
      damaged.remove(digest);
      return Optional.empty();
    }
  }

  /**
   * Sets aside all that is no whole version and makes the pointers point to versions. Only under
   * the store's lock.
   */
  void repair() throws IOException {
    for (Path path : DurableFiles.children(layout.folder())) {
      if (!layout.isPart(path)) {
        setAside(path, "not a part of the store");
      }
    }
    for (Path path : layout.unfinished()) {
      note(path, "unfinished; removed", null);
    }
    clearStaging();
    for (Path path : DurableFiles.children(layout.versions())) {
      if (isVersion(path)) {
        wholeVersion(path.getFileName().toString());
      } else {
        setAside(path, "not a version");
      }
    }
    Map<String, Snapshot> versions = versions();
    repair(layout.base(), versions, Optional.empty());
    repair(layout.current(), versions, versions.keySet().stream().findFirst());
  }

  /** Removes what was not moved to its place. Only under the store's lock. */
  void clearStaging() {
    try {
      for (Path path : layout.unfinished()) {
        DurableFiles.delete(path);
      }
    } catch (IOException e) {
      note(layout.staging(), "cannot be cleared: " + ModelFolderException.reason(e), null);
    }
  }

  /** Remembers a problem that was not met before. */
  void note(Path path, String what, @Nullable Path setAside) {
    Problem problem = new Problem(path, what, setAside);
    if (!problems.contains(problem)) {
      problems.add(problem);
    }
    while (problems.size() > MAX_PROBLEMS) {
      problems.remove(0);
    }
  }

  private void repair(Path pointer, Map<String, Snapshot> versions, Optional<String> instead)
      throws IOException {
    if (!Files.exists(pointer) || pointer(pointer).filter(versions::containsKey).isPresent()) {
      return;
    }
    setAside(pointer, "points to no version");
    if (instead.isPresent()) {
      layout.point(pointer, instead.get());
    }
  }

  private Optional<Snapshot> describe(VersionFolder version) throws IOException {
    try {
      return Optional.of(version.describe());
    } catch (DamagedVersionException e) {
      note(version.folder(), e.problem(), null);
      return Optional.empty();
    }
  }

  private synchronized void setAsideDamaged(Path version, DamagedVersionException damage) {
    try {
      new WriterLock(layout.lock())
          .holding(
              () -> {
                setAside(version, damage.problem());
                return version;
              });
    } catch (IOException | SnapshotException e) {
      note(version, damage.problem() + "; cannot be moved: " + e.getMessage(), null);
    }
  }

  private void setAside(Path path, String what) throws IOException {
    Files.createDirectories(layout.setAside());
    String name = path.getFileName().toString();
    Path target = layout.setAside().resolve(name);
    for (int i = 2; Files.exists(target); i++) {
      target = layout.setAside().resolve(name + "-" + i);
    }
    if (Files.exists(path)) {
      DurableFiles.move(path, target);
      note(path, what, target);
    }
  }

  private static boolean isVersion(Path path) {
    return StoreLayout.isDigest(path.getFileName().toString()) && Files.isDirectory(path);
  }
}
