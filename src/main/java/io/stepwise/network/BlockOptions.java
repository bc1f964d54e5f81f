package io.stepwise.network;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What all residual and attention blocks of a network have in common.
 *
 * @param normGroups groups of every group normalisation
 * @param normEpsilon what they add to the variance
 * @param activation non-linearity of the residual blocks
 * @param dropout probability of dropping an activation in training, 0 to below 1
 * @param scalesAndShifts whether the time embedding scales and shifts the second normalisation's
 *     result, instead of being added before it
 * @param attentionHeadSize channels of one attention head; null for one head of all channels
 */
record BlockOptions(
    int normGroups,
    double normEpsilon,
    Activation activation,
    double dropout,
    boolean scalesAndShifts,
    @Nullable Integer attentionHeadSize) {

  private static final String DEFAULT = "default";
  private static final String SCALE_SHIFT = "scale_shift";

  /** Checks the probability. */
  BlockOptions {
    if (!(dropout >= 0 && dropout < 1)) {
      throw new IllegalArgumentException("dropout: " + dropout + " (expected: 0 to below 1)");
    }
  }

  static BlockOptions parse(ConfigFields fields) {
    Object timeShift = fields.get("resnet_time_scale_shift");
    fields.require("resnet_time_scale_shift", DEFAULT, SCALE_SHIFT);
    return new BlockOptions(
        fields.integer("norm_num_groups", 32, 1, UNetConfig.MAX_CHANNELS),
        fields.number("norm_eps", 1e-5, 0, Double.MAX_VALUE),
        Activation.parse(fields),
        fields.number("dropout", 0, 0, 1),
        SCALE_SHIFT.equals(timeShift),
        fields.integerOrNull("attention_head_dim", 8, 1, UNetConfig.MAX_CHANNELS));
  }

  void putFields(Map<String, @Nullable Object> fields) {
    fields.put("norm_num_groups", normGroups);
    fields.put("norm_eps", normEpsilon);
    fields.put("act_fn", activation.fieldValue());
    fields.put("dropout", dropout);
    fields.put("resnet_time_scale_shift", scalesAndShifts ? SCALE_SHIFT : DEFAULT);
    fields.put("attention_head_dim", attentionHeadSize);
  }

  /** Throws unless a level's channels fit the groups. */
  void requireGroups(int channels) {
    if (channels % normGroups != 0) {
      throw new IllegalArgumentException(
          "block_out_channels: %d (expected: a multiple of norm_num_groups %d)"
              .formatted(channels, normGroups));
    }
  }

  /** Throws unless attention over this many channels has a head. */
  void requireHead(int channels) {
    if (attentionHeadSize != null && channels < attentionHeadSize) {
      throw new IllegalArgumentException(
          "block_out_channels: %d (expected: at least attention_head_dim %d)"
              .formatted(channels, attentionHeadSize));
    }
  }

  /** Returns the size of one head of attention over this many channels. */
  int headSize(int channels) {
    return attentionHeadSize == null ? channels : attentionHeadSize;
  }

  /** Returns the number of heads; channels that fill no head get none, as in diffusers. */
  int heads(int channels) {
    return channels / headSize(channels);
  }
}
