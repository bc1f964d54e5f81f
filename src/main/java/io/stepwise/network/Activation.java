package io.stepwise.network;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The non-linearities that configs name, each an operator of the same name. */
enum Activation {
  SILU,
  MISH,
  GELU,
  RELU;

  private static final String FIELD = "act_fn";
  private static final String SWISH = "swish";

  /** Reads the field {@code act_fn}; swish is another name for silu. */
  static Activation parse(ConfigFields fields) {
    List<String> names = Arrays.stream(values()).map(Activation::fieldValue).toList();
    if (SWISH.equals(fields.get(FIELD))) {
      return SILU;
    }
    String name = fields.text(FIELD, SILU.fieldValue(), names);
    return valueOf(name.toUpperCase(Locale.ROOT));
  }

  /** Returns the value of the field, which is the operator's name too. */
  String fieldValue() {
    return name().toLowerCase(Locale.ROOT);
  }
}
