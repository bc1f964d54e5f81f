package io.stepwise.network;

import ai.djl.Device;
import java.util.Map;

/**
 * The step kernel's own arithmetic as a module without parameters: what happens before and after
 * the network, the same for every model.
 */
final class KernelCode {

  static final String NETWORK_INPUT = "network_input";

  /**
   * The method that advances the states.
   *
   * @param isLearned whether the network's output has a second half of variance channels
   * @param shows whether the estimates of the clean images are appended to the next states
   */
  record Advance(boolean isLearned, boolean shows) {

    String method() {
      return "advance" + (isLearned ? "_learned" : "") + (shows ? "_showing" : "");
    }
  }

  /** Columns of the coefficients that each image of a batch brings. */
  enum Coefficient {
    P(0),
    Q(1),
    CLIP(2),
    GUIDANCE(3),
    V(4),
    LOG_VARIANCE_LOW(5),
    LOG_VARIANCE_HIGH(6);

    /** How many columns there are. */
    static final int COUNT = values().length;

    private final int column;

    Coefficient(int column) {
      this.column = column;
    }

    /** Returns its place among the coefficients of an image. */
    int column() {
      return column;
    }
  }

  private static final String END = "9223372036854775807";

  private KernelCode() {}

  static ModuleDefinition define() {
    ModuleWriter module = new ModuleWriter();
    writeNetworkInput(module);
    for (boolean isLearned : new boolean[] {false, true}) {
      writeAdvance(module, new Advance(isLearned, false));
      writeAdvance(module, new Advance(isLearned, true));
    }
    return module.definition();
  }

  static TorchModule load(Device device) {
    return TorchModule.load(define(), Map.of(), device);
  }

  /** x [B, C, H, W], scale [B, 1, 1, 1], rows [N] int64, giving [N, C, H, W]. */
  private static void writeNetworkInput(ModuleWriter module) {
    module.method(NETWORK_INPUT, "x", "scale", "rows");
    String scaled = module.value("torch.mul(x, scale)");
    module.endMethod(module.value("torch.index_select(%s, 0, rows)", scaled));
  }

  /**
   * state [B, 1 + K, n], out [N, C', H, W], unconditional [B] int64, coefficients [B, 7], matrix
   * [B, 1 + K, 3 + K], z [B, n], giving the next state [B, 1 + K, n], or [B, 2 + K, n] with the
   * estimate of the clean image last.
   */
  private static void writeAdvance(ModuleWriter module, Advance advance) {
    boolean isLearned = advance.isLearned();
    module.method(advance.method(), "state", "out", "unconditional", "coefficients", "matrix", "z");
    String x = module.value("torch.slice(state, 1, 0, 1, 1)");
    String history = module.value("torch.slice(state, 1, 1, %s, 1)", END);
    String all = module.value("torch.flatten(out, 1)");
    String conditional = module.value("torch.slice(%s, 0, 0, torch.size(state, 0), 1)", all);
    String mean = isLearned ? half(module, conditional, 0) : conditional;
    String other = module.value("torch.index_select(%s, 0, unconditional)", all);
    other = isLearned ? half(module, other, 0) : other;
    String guidance = column(module, Coefficient.GUIDANCE);
    String guided =
        module.value(
            "torch.add(%s, torch.mul(%s, torch.sub(%s, %s)))", other, guidance, mean, other);
    String denoised = denoised(module, x, guided);
    String columns =
        module.value(
            "torch.cat([%s, torch.unsqueeze(%s, 1), torch.unsqueeze(%s, 1), %s], 1)",
            x, guided, denoised, history);
    String next = module.value("torch.bmm(matrix, %s)", columns);
    String noise = module.value("torch.mul(%s, z)", column(module, Coefficient.V));
    if (isLearned) {
      String deviation = learnedDeviation(module, half(module, conditional, 1));
      noise = module.value("torch.mul(%s, %s)", noise, deviation);
    }
    String first =
        module.value("torch.add(torch.slice(%s, 1, 0, 1, 1), torch.unsqueeze(%s, 1))", next, noise);
    String rest = module.value("torch.slice(%s, 1, 1, %s, 1)", next, END);
    module.endMethod(
        advance.shows()
            ? module.value("torch.cat([%s, %s, torch.unsqueeze(%s, 1)], 1)", first, rest, denoised)
            : module.value("torch.cat([%s, %s], 1)", first, rest));
  }

  private static String denoised(ModuleWriter module, String x, String guided) {
    String estimate =
        module.value(
            "torch.add(torch.mul(%s, torch.squeeze(%s, 1)), torch.mul(%s, %s))",
            column(module, Coefficient.P), x, column(module, Coefficient.Q), guided);
    String clip = column(module, Coefficient.CLIP);
    return module.value(
        "torch.maximum(torch.minimum(%s, %s), torch.neg(%s))", estimate, clip, clip);
  }

  /** The variance channel o interpolates the log-variance: (1 + o) / 2 from low to high. */
  private static String learnedDeviation(ModuleWriter module, String output) {
    String low = column(module, Coefficient.LOG_VARIANCE_LOW);
    String high = column(module, Coefficient.LOG_VARIANCE_HIGH);
    String share = module.value("torch.div(torch.add(%s, 1.), 2.)", output);
    String logVariance =
        module.value("torch.add(%s, torch.mul(%s, torch.sub(%s, %s)))", low, share, high, low);
    return module.value("torch.exp(torch.div(%s, 2.))", logVariance);
  }

  private static String half(ModuleWriter module, String values, int index) {
    return module.value("torch.select(torch.unflatten(%s, 1, [2, -1]), 1, %d)", values, index);
  }

  private static String column(ModuleWriter module, Coefficient coefficient) {
    int column = coefficient.column();
    return module.value("torch.slice(coefficients, 1, %d, %d, 1)", column, column + 1);
  }
}
