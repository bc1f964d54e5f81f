package io.stepwise.http;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The parameters that an Open Inference request, its inputs and its outputs may have.
 *
 * <p>Those by which Triton's clients announce its binary extension are taken where they say that it
 * is not used; {@code content_type}, by which MLServer's clients say how they decode, has no effect
 * here.
 */
final class InferenceParameters {

  private static final String BINARY = "false; this server has no binary extension";

  /** Of a request. */
  static final Map<String, StrictJson.Field<InferenceRequestJson.Draft>> OF_REQUEST = ofRequest();

  /** Of an input. */
  static final Map<String, StrictJson.Field<InferenceTensor.Draft>> OF_INPUT =
      Map.of("content_type", (value, draft) -> value.text());

  /** Of an output. */
  static final Map<String, StrictJson.Field<InferenceOutput.Draft>> OF_OUTPUT = ofOutput();

  private InferenceParameters() {}

  private static Map<String, StrictJson.Field<InferenceRequestJson.Draft>> ofRequest() {
    Map<String, StrictJson.Field<InferenceRequestJson.Draft>> fields = new LinkedHashMap<>();
    fields.put("deadline_ms", (value, draft) -> draft.setDeadline(value.wideInteger()));
    fields.put("priority", (value, draft) -> draft.setPriority(value.integer()));
    fields.put("content_type", (value, draft) -> value.text());
    fields.put("binary_data_output", (value, draft) -> requireFalse(value));
    return fields;
  }

  private static Map<String, StrictJson.Field<InferenceOutput.Draft>> ofOutput() {
    Map<String, StrictJson.Field<InferenceOutput.Draft>> fields = new LinkedHashMap<>();
    fields.put("datatype", (value, draft) -> draft.setDatatype(value));
    fields.put("content_type", (value, draft) -> value.text());
    fields.put("binary_data", (value, draft) -> requireFalse(value));
    return fields;
  }

  private static void requireFalse(FieldValue value) throws IOException {
    if (value.flag()) {
      throw value.unexpected(BINARY);
    }
  }
}
