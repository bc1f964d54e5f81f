package io.stepwise.network;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A TorchScript module without values: its code and the shapes that its parameters must have.
 *
 * @param parameters shape of each trainable tensor by its dotted name, as checkpoints name it, in
 *     the order of the network
 * @param buffers constant tensors by their dotted names
 * @param methods source of the module's methods, indented as members of a class
 */
public record ModuleDefinition(
    Map<String, long[]> parameters, Map<String, TensorData> buffers, String methods) {

  /** Copies both maps. */
  public ModuleDefinition {
    parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    buffers = Collections.unmodifiableMap(new LinkedHashMap<>(buffers));
  }

  /** Returns the number of trainable values. */
  public long parameterCount() {
    return parameters.values().stream().mapToLong(TensorData::elements).sum();
  }

  /** Returns the attribute that holds a tensor: dots are not allowed in identifiers. */
  public static String attribute(String dottedName) {
    return dottedName.replace('.', '_');
  }
}
