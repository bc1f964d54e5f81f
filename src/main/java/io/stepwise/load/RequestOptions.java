package io.stepwise.load;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is asked for; null leaves a field to the server.
 *
 * @param model name of the model
 * @param prompts taken in turn; none takes the labels of the model
 * @param mix step counts
 * @param n images of a request, 1 or more
 * @param size as {@code "WIDTHxHEIGHT"}
 * @param solver name of the solver
 * @param guidance weight of the label
 * @param deadline within which the server is told to answer
 * @param previewEvery steps from one preview of an image to the next, 0 for none
 * @param cancelRate share of the requests that are cancelled at a random moment, 0 to 1
 */
public record RequestOptions(
    @Nullable String model,
    List<String> prompts,
    StepMix mix,
    int n,
    @Nullable String size,
    @Nullable String solver,
    @Nullable Double guidance,
    @Nullable Duration deadline,
    int previewEvery,
    double cancelRate) {

  /** Checks the limits. */
  public RequestOptions {
    prompts = List.copyOf(prompts);
    if (n < 1) {
      throw new IllegalArgumentException("--n: " + n + " (expected: >= 1)");
    }
    if (deadline != null && deadline.toMillis() < 1) {
      throw new IllegalArgumentException("--deadline: " + deadline + " (expected: >= 1 ms)");
    }
    if (previewEvery < 0) {
      throw new IllegalArgumentException("--preview-every: " + previewEvery + " (expected: >= 0)");
    }
    if (!(cancelRate >= 0 && cancelRate <= 1)) {
      throw new IllegalArgumentException("--cancel-rate: " + cancelRate + " (expected: 0 to 1)");
    }
  }

  /** Returns the same with other prompts. */
  RequestOptions withPrompts(List<String> others) {
    return new RequestOptions(
        model, others, mix, n, size, solver, guidance, deadline, previewEvery, cancelRate);
  }
}
