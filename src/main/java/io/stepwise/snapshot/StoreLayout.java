package io.stepwise.snapshot;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Where the parts of a store are.
 *
 * @param folder the store
 */
record StoreLayout(Path folder) {

  private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");
  private static final int MAX_POINTER_BYTES = 100;
  private static final String RECEIVING = "receiving-";

  /** Makes the folders that are missing. */
  void create() throws IOException {
    Files.createDirectories(versions());
    Files.createDirectories(staging());
  }

  Path versions() {
    return folder.resolve("versions");
  }

  /** Returns where files are written before they are moved to their place. */
  Path staging() {
    return folder.resolve("staging");
  }

  /** Returns where a version is written that comes from elsewhere, which may take several tries. */
  VersionFolder receiving(String digest) {
    return new VersionFolder(staging().resolve(RECEIVING + digest));
  }

  /** Returns what lies in {@link #staging} but for versions that are being received. */
  List<Path> unfinished() throws IOException {
    return staged(name -> !name.startsWith(RECEIVING));
  }

  /** Returns the folders of versions that are being received, but for these. */
  List<Path> received(Set<String> except) throws IOException {
    return staged(
        name -> name.startsWith(RECEIVING) && !except.contains(name.substring(RECEIVING.length())));
  }

  private List<Path> staged(Predicate<String> names) throws IOException {
    return DurableFiles.children(staging()).stream()
        .filter(path -> names.test(path.getFileName().toString()))
        .toList();
  }

  Path setAside() {
    return folder.resolve("set-aside");
  }

  Path lock() {
    return folder.resolve("lock");
  }

  /** Returns the file that holds the digest of the version that new work begins with. */
  Path current() {
    return folder.resolve("current");
  }

  /** Returns the file that holds the digest of the version that the model was configured with. */
  Path base() {
    return folder.resolve("base");
  }

  VersionFolder version(String digest) {
    return new VersionFolder(versions().resolve(digest));
  }

  /** Returns whether a path in the store's folder is one of its parts. */
  boolean isPart(Path path) {
    return Set.of(versions(), staging(), setAside(), lock(), current(), base()).contains(path);
  }

  /** Returns whether a path has the name that a version's folder has. */
  static boolean isDigest(String name) {
    return DIGEST.matcher(name).matches();
  }

  /** Returns the digest that a file holds; empty if the file is missing or holds something else. */
  static Optional<String> pointer(Path file) throws IOException {
    try {
      if (Files.size(file) > MAX_POINTER_BYTES) {
        return Optional.empty();
      }
      String text = new String(Files.readAllBytes(file), US_ASCII);
      return Optional.of(text.strip()).filter(StoreLayout::isDigest);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /** Makes a file hold a digest. */
  void point(Path file, String digest) throws IOException {
    DurableFiles.replace(file, digest + "\n", staging());
  }
}
