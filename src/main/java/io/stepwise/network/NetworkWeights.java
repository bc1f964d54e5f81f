package io.stepwise.network;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A network as its folder holds it.
 *
 * @param config fields of its {@code config.json}
 * @param weights a value for each of its parameters, by dotted name
 */
public record NetworkWeights(
    Map<String, @Nullable Object> config, Map<String, TensorData> weights) {}
