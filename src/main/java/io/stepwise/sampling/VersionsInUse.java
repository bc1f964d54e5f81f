package io.stepwise.sampling;

import io.stepwise.network.DenoisingModel;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The versions of a model that every replica must have before it can work.
 *
 * @param preferred digest of the one that new images begin on; one of the versions
 * @param models the versions, each with another digest
 */
record VersionsInUse(String preferred, List<DenoisingModel> models) {

  VersionsInUse {
    models = List.copyOf(models);
    if (models.stream().noneMatch(model -> digest(model).equals(preferred))) {
      throw new IllegalArgumentException("preferred: " + preferred + " (expected: a version)");
    }
  }

  /** Returns the versions of a model that has only one. */
  static VersionsInUse of(DenoisingModel model) {
    return new VersionsInUse(digest(model), List.of(model));
  }

  static String digest(DenoisingModel model) {
    return model.description().digest();
  }

  Set<String> digests() {
    return models.stream().map(VersionsInUse::digest).collect(Collectors.toUnmodifiableSet());
  }

  boolean contains(String digest) {
    return digests().contains(digest);
  }

  VersionsInUse with(DenoisingModel model) {
    return contains(digest(model))
        ? this
        : new VersionsInUse(preferred, Stream.concat(models.stream(), Stream.of(model)).toList());
  }

  /** Returns these with another preferred one, which must be among them. */
  VersionsInUse preferring(String digest) {
    return new VersionsInUse(digest, models);
  }

  /** Returns these without one, which must not be the preferred one. */
  VersionsInUse without(String digest) {
    return new VersionsInUse(
        preferred, models.stream().filter(model -> !digest(model).equals(digest)).toList());
  }
}
