package io.stepwise.sampling;

import io.stepwise.network.ModelDescription;
import io.stepwise.sampling.ModelVersions.Canary;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Which version of a model each request is made with, and which versions are needed for that.
 *
 * <p>A version is in use while it is the current one, the canary or about to become either, and as
 * long as a generation is pinned to it. Not thread safe.
 */
final class VersionUse {

  private record Pin(String digest, int images) {}

  private final Set<String> inUse = new LinkedHashSet<>();
  private final Map<String, Pin> pins = new HashMap<>();
  private ModelDescription current;
  private @Nullable Canary canary;
  private @Nullable String coming;

  /** Begins with one version. */
  VersionUse(ModelDescription only) {
    current = only;
    inUse.add(only.digest());
  }

  /** Returns the model with the weights that new images begin on. */
  ModelDescription current() {
    return current;
  }

  @Nullable Canary canary() {
    return canary;
  }

  /** Returns the digests of the versions that replicas have, or are about to. */
  Set<String> inUse() {
    return Set.copyOf(inUse);
  }

  /** Returns how many unfinished images each version in use has. */
  Map<String, Integer> images() {
    Map<String, Integer> images = new HashMap<>();
    inUse.forEach(digest -> images.put(digest, 0));
    pins.values().forEach(pin -> images.merge(pin.digest(), pin.images(), Integer::sum));
    return images;
  }

  /** Returns the digests of the versions that a request may name, the current one first. */
  List<String> offered() {
    return canary == null ? List.of(current.digest()) : List.of(current.digest(), canary.digest());
  }

  /**
   * Returns the digest of the version that a request begins on: the one that it names. Where it
   * names none, the same request gets the same one while nothing changes: its seed decides or,
   * where it names none, its idempotency key or its id.
   *
   * @throws InvalidRequestException if it names one that no new images begin on
   */
  String choose(GenerationRequest request) {
    String named = request.version();
    if (named != null) {
      if (!offered().contains(named)) {
        throw new InvalidRequestException(
            "version", RequestResolver.quoted(named), "one of " + String.join(", ", offered()));
      }
      return named;
    }
    return canary != null && lot(request) < canary.share() ? canary.digest() : current.digest();
  }

  private static double lot(GenerationRequest request) {
    Long seed = request.seed();
    String key = request.idempotencyKey();
    long text = (key == null ? request.id() : key).hashCode();
    return new SplittableRandom(seed == null ? text : seed).nextDouble();
  }

  /** A generation, which begins now, needs its version until it has ended. */
  void pin(ResolvedRequest request) {
    pins.put(request.id(), new Pin(request.recipe().key().weights(), request.n()));
  }

  /** A generation has ended. */
  void unpin(String id) {
    pins.remove(id);
  }

  /** A version is about to be loaded. */
  void begin(String digest) {
    coming = digest;
    inUse.add(digest);
  }

  /** The version that was about to be loaded will not be used. */
  void abandon() {
    coming = null;
  }

  /** All new images begin on a version, which is loaded. */
  void use(ModelDescription version) {
    coming = null;
    current = version;
    if (canary != null && canary.digest().equals(version.digest())) {
      canary = null;
    }
  }

  /** A share of the new images begins on a version, which is loaded; null for none any more. */
  void tryOut(@Nullable Canary version) {
    coming = null;
    canary = version;
  }

  /** Returns the digests of the versions that nothing needs any more, which are then forgotten. */
  Set<String> takeUnused() {
    Set<String> unused = new LinkedHashSet<>(inUse);
    unused.remove(current.digest());
    unused.remove(coming);
    if (canary != null) {
      unused.remove(canary.digest());
    }
    pins.values().forEach(pin -> unused.remove(pin.digest()));
    inUse.removeAll(unused);
    return unused;
  }
}
