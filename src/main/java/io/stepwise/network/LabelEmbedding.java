package io.stepwise.network;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a network is told the class of an image; whatever it is, it is added to the time embedding.
 *
 * @param kind what is made of the class
 * @param count classes of a table, the one for "none" included; else as the config says
 */
record LabelEmbedding(Kind kind, @Nullable Integer count) {

  private static final int MAX_CLASSES = 1 << 20;
  private static final String TYPE = "class_embed_type";
  private static final String COUNT = "num_class_embeds";

  /** What is made of the class. */
  enum Kind {
    /** Nothing: the network is unconditional. */
    NONE(null),
    /** A row of a table. */
    TABLE(null),
    /** The same as of a timestep, with linear layers of its own. */
    TIMESTEP("timestep"),
    /** Nothing: instead of a class index the caller brings an embedding. */
    IDENTITY("identity");

    private final @Nullable String fieldValue;

    Kind(@Nullable String fieldValue) {
      this.fieldValue = fieldValue;
    }
  }

  static LabelEmbedding parse(ConfigFields fields) {
    fields.require(TYPE, Kind.TIMESTEP.fieldValue, Kind.IDENTITY.fieldValue, null);
    Object type = fields.get(TYPE);
    Integer count = fields.integerOrNull(COUNT, null, 1, MAX_CLASSES);
    if (type != null) {
      return new LabelEmbedding(
          type.equals(Kind.TIMESTEP.fieldValue) ? Kind.TIMESTEP : Kind.IDENTITY, count);
    }
    return new LabelEmbedding(count == null ? Kind.NONE : Kind.TABLE, count);
  }

  void putFields(Map<String, @Nullable Object> fields) {
    fields.put(TYPE, kind.fieldValue);
    fields.put(COUNT, count);
  }
}
