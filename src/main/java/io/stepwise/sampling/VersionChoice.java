package io.stepwise.sampling;

import org.jspecify.annotations.Nullable;

/**
 * Which versions of a model new images are to begin on, where that is decided for several services
 * together.
 *
 * @param current digest of the version that they begin on
 * @param canary the version that a share of them begins on instead; null for none
 */
public record VersionChoice(String model, String current, ModelVersions.@Nullable Canary canary) {}
