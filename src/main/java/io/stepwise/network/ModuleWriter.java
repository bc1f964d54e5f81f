package io.stepwise.network;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Writes one method of a TorchScript module, a line an operator, and notes the tensors it needs.
 *
 * <p>Operators are spelled as {@code torch.jit} prints them. Each value gets a fresh local name,
 * which is how later operators refer to it.
 */
final class ModuleWriter {

  private final Map<String, long[]> parameters = new LinkedHashMap<>();
  private final Map<String, TensorData> buffers = new LinkedHashMap<>();
  private final StringBuilder code = new StringBuilder();
  private int values;
  private long multiplications;

  /** Begins a method whose arguments are all tensors; it ends with {@link #endMethod}. */
  ModuleWriter method(String name, String... arguments) {
    code.append("  def ").append(name).append("(self: __torch__.Net");
    for (String argument : arguments) {
      code.append(", ").append(argument).append(": Tensor");
    }
    code.append(") -> Tensor:\n");
    return this;
  }

  /** Ends a method with its result. */
  ModuleWriter endMethod(String value) {
    code.append("    return ").append(value).append('\n');
    return this;
  }

  /** Writes one operator and returns the name of its value. */
  String value(String format, Object... arguments) {
    String name = "v" + values++;
    code.append("    ").append(name).append(" = ");
    code.append(String.format(Locale.ROOT, format, arguments)).append('\n');
    return name;
  }

  /** Writes an operator for training and another for all else; returns the name of the value. */
  String valueByMode(String training, String otherwise) {
    String name = "v" + values++;
    code.append("    if self.training:\n      ").append(name).append(" = ").append(training);
    code.append("\n    else:\n      ").append(name).append(" = ").append(otherwise).append('\n');
    return name;
  }

  /** Notes a trainable tensor and returns how to refer to it. */
  String parameter(String dottedName, long... shape) {
    if (parameters.put(dottedName, shape) != null) {
      throw new IllegalStateException(dottedName + ": defined twice");
    }
    return "self." + ModuleDefinition.attribute(dottedName);
  }

  /** Notes a constant tensor and returns how to refer to it. */
  String buffer(String dottedName, TensorData data) {
    buffers.put(dottedName, data);
    return "self." + ModuleDefinition.attribute(dottedName);
  }

  /** Adds to the multiplications of one image's run of all methods. */
  void countMultiplications(long count) {
    multiplications += count;
  }

  ModuleDefinition definition() {
    return new ModuleDefinition(parameters, buffers, code.toString(), multiplications);
  }
}
