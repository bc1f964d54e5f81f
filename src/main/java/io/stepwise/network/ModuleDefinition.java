package io.stepwise.network;

import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A TorchScript module without values: its code and the shapes that its parameters must have.
 *
 * @param parameters shape of each trainable tensor by its dotted name, as checkpoints name it, in
 *     the order of the network
 * @param buffers constant tensors by their dotted names
 * @param methods source of the module's methods, indented as members of a class
 * @param multiplications multiplications that its linear layers, convolutions and attention take
 *     for one image
 */
public record ModuleDefinition(
    Map<String, long[]> parameters,
    Map<String, TensorData> buffers,
    String methods,
    long multiplications) {

  /** Attributes that every module has. */
  private static final Set<String> RESERVED = Set.of("training", "_is_full_backward_hook");

  /** Copies both maps and checks that no two tensors need the same attribute. */
  public ModuleDefinition {
    parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    buffers = Collections.unmodifiableMap(new LinkedHashMap<>(buffers));
    Set<String> attributes = new HashSet<>(RESERVED);
    for (Map<String, ?> tensors : List.of(parameters, buffers)) {
      for (String name : tensors.keySet()) {
        if (!attributes.add(attribute(name))) {
          throw new IllegalArgumentException(
              name + ": attribute " + attribute(name) + " (expected: one that is not taken)");
        }
      }
    }
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
