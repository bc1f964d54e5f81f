package io.stepwise.network;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The block between the way down and the way up: a residual block, attention, a residual block.
 *
 * @param exists whether there is one
 * @param hasAttention whether it has attention
 * @param attentionNormGroups groups of the normalisation before the attention, as the config says;
 *     null for the choice of {@link #normGroups}
 * @param scale divisor of its residual sums, above 0
 */
record MiddleBlock(
    boolean exists, boolean hasAttention, @Nullable Integer attentionNormGroups, double scale) {

  private static final String TYPE = "mid_block_type";
  private static final String CLASS_NAME = "UNetMidBlock2D";

  /** Checks the divisor. */
  MiddleBlock {
    if (!(scale > 0)) {
      throw new IllegalArgumentException(
          "mid_block_scale_factor: " + scale + " (expected: above 0)");
    }
  }

  static MiddleBlock parse(ConfigFields fields) {
    fields.require(TYPE, CLASS_NAME, null);
    return new MiddleBlock(
        !fields.has(TYPE) || fields.get(TYPE) != null,
        fields.flag("add_attention", true),
        fields.integerOrNull("attn_norm_num_groups", null, 1, UNetConfig.MAX_CHANNELS),
        fields.number("mid_block_scale_factor", 1, 0, Double.MAX_VALUE));
  }

  void putFields(Map<String, @Nullable Object> fields) {
    fields.put(TYPE, exists ? CLASS_NAME : null);
    fields.put("add_attention", hasAttention);
    fields.put("attn_norm_num_groups", attentionNormGroups);
    fields.put("mid_block_scale_factor", scale);
  }

  /**
   * Returns the groups of the normalisation before the attention, null for no normalisation: where
   * the config does not say, there is one only in networks that add the time embedding.
   */
  @Nullable Integer normGroups(BlockOptions blocks) {
    if (attentionNormGroups != null) {
      return attentionNormGroups;
    }
    return blocks.scalesAndShifts() ? null : Integer.valueOf(blocks.normGroups());
  }

  /** Throws unless the channels of the deepest level fit it. */
  void requireChannels(int channels, BlockOptions blocks) {
    if (!exists || !hasAttention) {
      return;
    }
    blocks.requireHead(channels);
    Integer groups = normGroups(blocks);
    if (groups != null && channels % groups != 0) {
      throw new IllegalArgumentException(
          "block_out_channels: %d (expected: a multiple of attn_norm_num_groups %d)"
              .formatted(channels, groups));
    }
  }
}
