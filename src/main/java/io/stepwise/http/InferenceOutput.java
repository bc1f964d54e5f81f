package io.stepwise.http;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An output that an Open Inference request may ask for. */
enum InferenceOutput {
  /** The images as they stand in their PNGs: UINT8 [n, H, W, C], 0 to 255. */
  IMAGES_UINT8("images", "UINT8"),
  /** The same images as networks see them: FP32 [n, C, H, W], value / 127.5 - 1. */
  IMAGES_FP32("images", "FP32"),
  /** The seed of each image: INT64 [n]. */
  SEED("seed", "INT64");

  /** What a request gets that names no outputs. */
  static final List<InferenceOutput> ALL = List.of(IMAGES_UINT8, SEED);

  private static final Map<String, StrictJson.Field<Draft>> FIELDS =
      Map.of(
          "name", (value, draft) -> draft.name = value.oneOf("images", "seed"),
          "parameters", (value, draft) -> value.object(InferenceParameters.OF_OUTPUT, draft));

  private final String tensor;
  private final String datatype;

  InferenceOutput(String tensor, String datatype) {
    this.tensor = tensor;
    this.datatype = datatype;
  }

  String tensor() {
    return tensor;
  }

  String datatype() {
    return datatype;
  }

  /**
   * Reads an output that is asked for.
   *
   * @throws ApiException if there is none such
   */
  static InferenceOutput read(FieldValue value) throws IOException {
    Draft draft = new Draft();
    value.object(FIELDS, draft);
    if (draft.name == null) {
      throw value.missing("name", "\"images\" or \"seed\"");
    }
    if (draft.name.equals("images")) {
      return IMAGES_FP32.datatype.equals(draft.datatype) ? IMAGES_FP32 : IMAGES_UINT8;
    }
    if (draft.datatype != null) {
      throw value.fieldError("parameters.datatype", draft.datatype, "none, for seeds are INT64");
    }
    return SEED;
  }

  /** What was read so far. */
  static final class Draft {

    private @Nullable String name;
    private @Nullable String datatype;

    void setDatatype(FieldValue value) throws IOException {
      datatype = value.oneOf("UINT8", "FP32");
    }
  }
}
