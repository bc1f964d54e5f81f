package io.stepwise.http;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The body of {@code POST /v2/models/{model}/infer}. What is right for every model is checked here,
 * what depends on the model in {@link InferenceBatch}.
 *
 * @param id the client's name for the request, which the answer repeats; null for none
 * @param inputs by name
 * @param outputs what to answer, one or more
 * @param deadline null for the default
 */
record InferenceRequestJson(
    @Nullable String id,
    Map<String, InferenceTensor> inputs,
    List<InferenceOutput> outputs,
    @Nullable Duration deadline,
    int priority) {

  private static final int LONGEST_ID = 256;

  private static final Map<String, StrictJson.Field<Draft>> FIELDS = fields();

  /** Copies the collections. */
  InferenceRequestJson {
    inputs = Map.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  /**
   * Returns the request.
   *
   * @throws ApiException naming the first thing that is wrong
   */
  static InferenceRequestJson parse(byte[] json) {
    Draft draft = new Draft();
    StrictJson.readObject(json, FIELDS, draft);
    if (!draft.hasInputs) {
      throw ApiError.invalidValue("inputs", "missing", "an array of tensors").exception();
    }
    return new InferenceRequestJson(
        draft.id,
        draft.inputs,
        draft.outputs.isEmpty() ? InferenceOutput.ALL : draft.outputs,
        draft.deadline,
        draft.priority);
  }

  /** Returns the names of all fields that a request may have. */
  static Set<String> fieldNames() {
    return FIELDS.keySet();
  }

  private static Map<String, StrictJson.Field<Draft>> fields() {
    Map<String, StrictJson.Field<Draft>> fields = new LinkedHashMap<>();
    fields.put("id", (value, draft) -> draft.readId(value));
    fields.put("parameters", (value, draft) -> value.object(InferenceParameters.OF_REQUEST, draft));
    fields.put("inputs", (value, draft) -> draft.readInputs(value));
    fields.put("outputs", (value, draft) -> value.elements(draft::readOutput));
    return fields;
  }

  /** What was read so far. */
  static final class Draft {

    private final Map<String, InferenceTensor> inputs = new LinkedHashMap<>();
    private final List<InferenceOutput> outputs = new ArrayList<>();
    private final Set<String> outputNames = new HashSet<>();
    private boolean hasInputs;
    private @Nullable String id;
    private @Nullable Duration deadline;
    private int priority;

    void setDeadline(long millis) {
      deadline = Duration.ofMillis(millis);
    }

    void setPriority(int priority) {
      this.priority = priority;
    }

    private void readId(FieldValue value) throws IOException {
      id = value.text();
      if (id.length() > LONGEST_ID) {
        throw value.unexpected("at most " + LONGEST_ID + " characters");
      }
    }

    private void readInputs(FieldValue value) throws IOException {
      hasInputs = true;
      value.elements(
          element -> {
            InferenceTensor tensor = InferenceTensor.read(element);
            if (!InferenceBatch.INPUTS.contains(tensor.name())) {
              throw element.fieldError(
                  "name",
                  FieldValue.quoted(tensor.name()),
                  "one of " + String.join(", ", InferenceBatch.INPUTS));
            }
            if (inputs.put(tensor.name(), tensor) != null) {
              throw element.fieldError(
                  "name", FieldValue.quoted(tensor.name()) + " again", "each input once");
            }
          });
    }

    private void readOutput(FieldValue value) throws IOException {
      InferenceOutput output = InferenceOutput.read(value);
      if (!outputNames.add(output.tensor())) {
        throw value.fieldError(
            "name", FieldValue.quoted(output.tensor()) + " again", "each output once");
      }
      outputs.add(output);
    }
  }
}
