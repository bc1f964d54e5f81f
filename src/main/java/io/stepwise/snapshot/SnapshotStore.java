package io.stepwise.snapshot;

import io.stepwise.network.FolderModel;
import io.stepwise.network.ModelFiles;
import io.stepwise.network.ModelFolderException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The versions of one model's weights in a folder: each a whole model folder under its digest, one
 * of them current.
 *
 * <p>A version is written beside, brought to the disk and made visible by one rename, so whoever
 * reads sees all of it or nothing, also after the process was killed or the power failed. What is
 * read is checked before it is used; what is torn, damaged or foreign is moved to {@code
 * set-aside/} and told by {@link #problems()}, and the newest good version is current then.
 *
 * <p>Safe for many threads. Any number of processes may read while one writes; each change takes
 * the store's lock and fails at once with a {@link SnapshotException} while somebody else has it.
 * All methods read or write files: none belongs on an actor's dispatcher.
 */
public final class SnapshotStore {

  private static final Pattern MODEL =
      Pattern.compile("[^./\\\\\\x00-\\x1f][^/\\\\\\x00-\\x1f]{0,199}");

  private final String model;
  private final int keep;
  private final StoreLayout layout;
  private final VersionShelf shelf;
  private final Map<String, Set<String>> pinned = new HashMap<>();
  private @Nullable Path baseFolder;

  private SnapshotStore(StoreLayout layout, String model, int keep) {
    this.model = model;
    this.keep = keep;
    this.layout = layout;
    this.shelf = new VersionShelf(layout, model);
  }

  /**
   * Opens a model's store, which is made if need be, and checks every version in it. A store that
   * cannot be written now is opened for reading, as is one that somebody else is writing.
   *
   * @param root folder of the stores of all models
   * @param model the name that requests use
   * @param keep published versions to keep besides the current one, the base and those in use, 1 or
   *     more
   * @throws SnapshotException if the folder can neither be read nor made
   */
  public static SnapshotStore open(Path root, String model, int keep) {
    if (keep < 1) {
      throw new IllegalArgumentException("keep: " + keep + " (expected: >= 1)");
    }
    if (!MODEL.matcher(model).matches()) {
      throw new IllegalArgumentException(
          "model: " + model + " (expected: a folder's name without a dot before it)");
    }
    Path folder = root.resolve(model).toAbsolutePath().normalize();
    SnapshotStore store = new SnapshotStore(new StoreLayout(folder), model, keep);
    store.repair();
    return store;
  }

  /** Returns what was found so far that is no whole version, the earliest first. */
  public List<Problem> problems() {
    return shelf.problems();
  }

  /**
   * Returns the versions that are there, the newest first.
   *
   * @throws SnapshotException if the store cannot be read
   */
  public List<Snapshot> history() {
    return List.copyOf(shelf.versions().values());
  }

  /**
   * Returns the version that new work begins with: the one made current last or, when that is not
   * there any more, the newest; empty in an empty store.
   *
   * @throws SnapshotException if the store cannot be read
   */
  public Optional<Snapshot> current() {
    Map<String, Snapshot> versions = shelf.versions();
    return shelf
        .pointer(layout.current())
        .map(versions::get)
        .or(() -> versions.values().stream().findFirst());
  }

  /**
   * Returns the version that the model was configured with; empty before {@link #importBase}.
   *
   * @throws SnapshotException if the store cannot be read
   */
  public Optional<Snapshot> base() {
    return shelf.pointer(layout.base()).map(shelf.versions()::get);
  }

  /**
   * Makes the model that the operator configured a version, which is never removed. It becomes
   * current if another one was configured before, or none.
   *
   * @param folder the model's folder; read again when the store was deleted
   * @return the version
   * @throws ModelFolderException if the folder holds no model
   * @throws SnapshotException if the store cannot be written
   */
  public synchronized Snapshot importBase(Path folder) {
    String digest = FolderModel.open(model, folder, "cpu").description().digest();
    baseFolder = folder;
    Optional<Snapshot> known = base().filter(base -> base.digest().equals(digest));
    return known.isPresent() ? known.get() : change("importing " + folder, () -> writeBase(folder));
  }

  /**
   * Writes a version and leaves current what is.
   *
   * @return the version; the earlier one if the same weights are there already
   * @throws SnapshotException if it cannot be written
   */
  public synchronized Snapshot add(SnapshotContent content) {
    return change(
        "adding a version",
        () -> {
          restoreBase();
          Snapshot added = write(content);
          prune(added.digest());
          return added;
        });
  }

  /**
   * Writes a version and makes it current.
   *
   * @return the version; the earlier one if the same weights are there already
   * @throws SnapshotException if it cannot be written; what was current then still is
   */
  public synchronized Snapshot publish(SnapshotContent content) {
    return change(
        "publishing a version",
        () -> {
          restoreBase();
          Snapshot published = write(content);
          layout.point(layout.current(), published.digest());
          prune(published.digest());
          return published;
        });
  }

  /**
   * Makes a version current, for example an earlier one.
   *
   * @throws IllegalArgumentException if there is no such version
   * @throws SnapshotException if it is damaged, or the store cannot be written
   */
  public synchronized Snapshot activate(String digest) {
    Snapshot snapshot = verified(digest);
    return change(
        "activating " + digest,
        () -> {
          layout.point(layout.current(), digest);
          return snapshot;
        });
  }

  /**
   * Opens a version's model after checking all its files.
   *
   * @param device where its kernels run: {@code cpu}, {@code cuda:N} or {@code auto}
   * @throws IllegalArgumentException if there is no such version
   * @throws SnapshotException if it is damaged; it is then no version any more
   */
  public FolderModel load(String digest, String device) {
    Path folder = modelFolder(digest);
    try {
      return FolderModel.open(model, folder, device);
    } catch (ModelFolderException e) {
      throw SnapshotException.of(folder, "cannot be opened", e);
    }
  }

  /**
   * Returns the folder of a version's model, which is only to be read, after checking it.
   *
   * @throws IllegalArgumentException if there is no such version
   * @throws SnapshotException if it is damaged; it is then no version any more
   */
  public Path modelFolder(String digest) {
    verified(digest);
    return layout.version(digest).model();
  }

  /**
   * Returns the folder that the training of a version wrote, after checking it; empty if it wrote
   * nothing.
   *
   * @throws IllegalArgumentException if there is no such version
   * @throws SnapshotException if it is damaged; it is then no version any more
   */
  public Optional<Path> trainingState(String digest) {
    verified(digest);
    return Optional.of(layout.version(digest).training()).filter(Files::isDirectory);
  }

  /**
   * Names the versions that somebody uses: they are not removed until the same one's next call.
   *
   * @param user who that is, of those in this process
   */
  public synchronized void pin(String user, Set<String> digests) {
    pinned.put(user, Set.copyOf(digests));
  }

  /**
   * Returns since when the current version is that; the beginning of time in a store that never had
   * another one than its base.
   *
   * @throws SnapshotException if the store cannot be read
   */
  public Instant currentSince() {
    try {
      return history().size() > 1
          ? Files.getLastModifiedTime(layout.current()).toInstant()
          : Instant.EPOCH;
    } catch (NoSuchFileException e) {
      return Instant.EPOCH;
    } catch (IOException e) {
      throw SnapshotException.of(layout.current(), "cannot be read", e);
    }
  }

  /** Returns what gives versions to other stores and receives them from there. */
  public SnapshotTransfer transfer() {
    return new SnapshotTransfer(layout, model);
  }

  /**
   * Makes a version of what was received, all of it, and leaves current what is.
   *
   * @param incoming stays the caller's to close
   * @throws SnapshotException if its model has not the digest that it was received for, in which
   *     case all of it is removed, or it cannot be written
   */
  public synchronized Snapshot accept(IncomingVersion incoming) {
    Snapshot snapshot = incoming.snapshot();
    VersionFolder folder = incoming.folder();
    return change(
        "receiving " + snapshot.digest(),
        () -> {
          Optional<Snapshot> known = shelf.wholeVersion(snapshot.digest());
          if (known.isPresent()) {
            incoming.discard();
            return known.get();
          }
          incoming.requireDigest();
          incoming.unlock();
          folder.seal(snapshot);
          DurableFiles.move(folder.folder(), layout.version(snapshot.digest()).folder());
          prune(snapshot.digest());
          return snapshot;
        });
  }

  private void repair() {
    try {
      layout.create();
      new WriterLock(layout.lock())
          .holding(
              () -> {
                shelf.repair();
                return layout;
              });
    } catch (IOException e) {
      shelf.note(layout.folder(), "cannot be repaired: " + ModelFolderException.reason(e), null);
      shelf.versions();
    } catch (SnapshotException e) {
      shelf.note(layout.folder(), "not checked: " + e.getMessage(), null);
      shelf.versions();
    }
  }

  private Snapshot verified(String digest) {
    if (!shelf.versions().containsKey(digest)) {
      throw new IllegalArgumentException(
          "snapshot: " + digest + " (expected: the digest of a version of " + model + ")");
    }
    return shelf.verify(digest);
  }

  private Snapshot write(SnapshotContent content) throws IOException {
    VersionFolder staged =
        new VersionFolder(Files.createTempDirectory(layout.staging(), "writing-"));
    content.model().write(Files.createDirectory(staged.model()));
    Path training = Files.createDirectory(staged.training());
    content.training().write(training);
    if (DurableFiles.children(training).isEmpty()) {
      Files.delete(training);
    }
    String digest = FolderModel.open(model, staged.model(), "cpu").description().digest();
    Optional<Snapshot> known = shelf.wholeVersion(digest);
    if (known.isPresent()) {
      return known.get();
    }
    Snapshot snapshot =
        new Snapshot(model, digest, content.step(), Instant.now(), content.metrics());
    staged.seal(snapshot);
    DurableFiles.move(staged.folder(), layout.version(digest).folder());
    return snapshot;
  }

  private Snapshot writeBase(Path source) throws IOException {
    Snapshot written =
        write(new SnapshotContent(0, Map.of(), into -> ModelFiles.copy(source, into), none -> {}));
    boolean isNew = !StoreLayout.pointer(layout.base()).equals(Optional.of(written.digest()));
    layout.point(layout.base(), written.digest());
    if (isNew) {
      layout.point(layout.current(), written.digest());
    }
    return written;
  }

  /** Brings the base back into a store that was deleted. */
  private void restoreBase() throws IOException {
    if (baseFolder != null && base().isEmpty()) {
      writeBase(baseFolder);
    }
  }

  /** Removes the oldest versions, except those that must stay. */
  private void prune(String added) {
    Set<String> staying = new HashSet<>();
    pinned.values().forEach(staying::addAll);
    staying.add(added);
    current().ifPresent(snapshot -> staying.add(snapshot.digest()));
    Optional<String> base = base().map(Snapshot::digest);
    history().stream()
        .map(Snapshot::digest)
        .filter(digest -> !base.equals(Optional.of(digest)))
        .skip(keep)
        .filter(digest -> !staying.contains(digest))
        .forEach(this::remove);
  }

  /** A version that stays where it is does no harm, so the change that is made does not fail. */
  private void remove(String digest) {
    Path version = layout.version(digest).folder();
    try {
      DurableFiles.move(version, layout.staging().resolve("removing-" + digest));
    } catch (IOException e) {
      shelf.note(version, "cannot be removed: " + ModelFolderException.reason(e), null);
    }
  }

  private <T> T change(String what, WriterLock.Change<T> change) {
    try {
      layout.create();
      return new WriterLock(layout.lock())
          .holding(
              () -> {
                try {
                  return change.run();
                } finally {
                  shelf.clearStaging();
                }
              });
    } catch (IOException | ModelFolderException e) {
      throw SnapshotException.of(layout.folder(), what, e);
    }
  }
}
