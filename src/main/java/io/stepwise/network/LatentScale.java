package io.stepwise.network;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The affine map between the latents of an autoencoder and the states of a diffusion model on them,
 * which have about unit variance: latent = state * factor + shift, a factor and a shift a channel.
 *
 * @param scalingFactor what latents were multiplied with for training, above 0
 * @param shiftFactor what was subtracted from them before; null for nothing
 * @param mean mean of the latents, a value a channel; null for none
 * @param deviation standard deviation of the latents, a value a channel; null for one
 */
record LatentScale(
    double scalingFactor,
    @Nullable Double shiftFactor,
    @Nullable List<Double> mean,
    @Nullable List<Double> deviation) {

  /** Checks that mean and deviation come together, and not with a shift factor. */
  LatentScale {
    if (!(scalingFactor > 0)) {
      throw new IllegalArgumentException("scaling_factor: " + scalingFactor + " (expected: > 0)");
    }
    if ((mean == null) != (deviation == null)) {
      throw new IllegalArgumentException(
          "latents_mean: %s (expected: both or none of latents_mean and latents_std)"
              .formatted(mean));
    }
    if (mean != null && shiftFactor != null) {
      throw new IllegalArgumentException(
          "shift_factor: %s (expected: null beside latents_mean)".formatted(shiftFactor));
    }
  }

  static LatentScale parse(ConfigFields fields, int channels) {
    double limit = Double.MAX_VALUE;
    return new LatentScale(
        fields.number("scaling_factor", 0.18215, 0, limit),
        fields.get("shift_factor") == null
            ? null
            : Double.valueOf(fields.number("shift_factor", 0, -limit, limit)),
        fields.numbersOrNull("latents_mean", channels),
        fields.numbersOrNull("latents_std", channels));
  }

  void putFields(Map<String, @Nullable Object> fields) {
    fields.put("scaling_factor", scalingFactor);
    fields.put("shift_factor", shiftFactor);
    fields.put("latents_mean", mean);
    fields.put("latents_std", deviation);
  }

  /** Returns the latents of a state, [C, H, W] row-major each. */
  float[] latents(float[] state, int channels) {
    int pixels = state.length / channels;
    float[] latents = new float[state.length];
    for (int i = 0; i < state.length; i++) {
      int channel = i / pixels;
      latents[i] = (float) (state[i] * factor(channel) + shift(channel));
    }
    return latents;
  }

  private double factor(int channel) {
    return (deviation == null ? 1 : deviation.get(channel)) / scalingFactor;
  }

  private double shift(int channel) {
    if (mean != null) {
      return mean.get(channel);
    }
    return shiftFactor == null ? 0 : shiftFactor;
  }
}
