package io.stepwise.network;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A network of two numbers, the ends of a line along which gamma, the negative log-SNR, rises with
 * time: Kingma et al. 2021 (arXiv:2107.00630), appendix H. Each parameter begins at 1, where the
 * ends are those of the config, and moves its end by a factor e to the power of its change: the
 * first end's distance from the lowest, and the last end itself.
 *
 * <p>Its method is {@code forward(t)}: times t [N] float32, 0 to 1, giving gamma [N].
 *
 * @param lowest gamma that the first end stays above
 * @param first gamma of time 0 to begin with, more than the lowest
 * @param last gamma of time 1 to begin with, above 0
 */
public record NoiseEnds(double lowest, double first, double last) {

  static final String CLASS_NAME = "NoiseEnds";

  private static final String FIRST = "ends.first";
  private static final String LAST = "ends.last";

  /** Checks the order. */
  public NoiseEnds {
    if (!(lowest < first && first < 0 && last > 0)) {
      throw new IllegalArgumentException(
          "gamma: %s to %s (expected: from between %s and 0 to more than 0)"
              .formatted(first, last, lowest));
    }
  }

  /** Reads the fields of a {@code config.json}. */
  static NoiseEnds parse(Map<String, ? extends @Nullable Object> json) {
    ConfigFields fields = new ConfigFields(json);
    fields.require("_class_name", CLASS_NAME);
    double limit = Double.MAX_VALUE;
    NoiseEnds ends =
        new NoiseEnds(
            fields.number("lowest", 0, -limit, limit),
            fields.number("first", 0, -limit, limit),
            fields.number("last", 0, -limit, limit));
    fields.requireAllRead();
    return ends;
  }

  /** Returns the fields of a {@code config.json} that reads back as this. */
  public Map<String, @Nullable Object> fields() {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("_class_name", CLASS_NAME);
    fields.put("lowest", lowest);
    fields.put("first", first);
    fields.put("last", last);
    return fields;
  }

  /** Returns the network. */
  ModuleDefinition define() {
    ModuleWriter module = new ModuleWriter().method("forward", "t");
    String distance = scaled(module, module.parameter(FIRST, 1), first - lowest);
    String begin = module.value("torch.add(%s, %s)", distance, NetworkLayers.literal(lowest));
    String end = scaled(module, module.parameter(LAST, 1), last);
    String rise = module.value("torch.mul(torch.sub(%s, %s), t)", end, begin);
    return module.endMethod(module.value("torch.add(%s, %s)", rise, begin)).definition();
  }

  /** Returns the ends that a trained network has, to begin with. */
  public static NoiseEnds of(NetworkWeights trained) {
    NoiseEnds before = parse(trained.config());
    return new NoiseEnds(
        before.lowest,
        before.lowest + (before.first - before.lowest) * factor(trained, FIRST),
        before.last * factor(trained, LAST));
  }

  private static double factor(NetworkWeights trained, String name) {
    TensorData parameter = trained.weights().get(name);
    if (parameter == null) {
      throw new IllegalArgumentException(name + ": none (expected: one number)");
    }
    return Math.exp(parameter.values()[0] - 1.0);
  }

  private static String scaled(ModuleWriter module, String parameter, double value) {
    return module.value(
        "torch.mul(torch.exp(torch.sub(%s, 1.)), %s)", parameter, NetworkLayers.literal(value));
  }
}
