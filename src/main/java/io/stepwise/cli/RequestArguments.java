package io.stepwise.cli;

import io.stepwise.load.RequestOptions;
import io.stepwise.load.StepMix;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The arguments of {@code load} that say what is asked for. */
final class RequestArguments {

  @Option(
      names = "--mix",
      paramLabel = "MIX",
      description =
          "Step counts with their weights, as 10:0.5,50:0.3,250:0.2 (default: the server's steps).")
  @Nullable String mix;

  @Option(
      names = "--prompt",
      paramLabel = "P",
      description = "Label or text; may be repeated, then in turn (default: the model's labels).")
  List<String> prompts = new ArrayList<>();

  @Option(
      names = "--n",
      paramLabel = "K",
      description = "Images of a request (default: ${DEFAULT-VALUE}).",
      defaultValue = "1")
  int n;

  @Option(names = "--model", paramLabel = "M", description = "Model (default: the server's).")
  @Nullable String model;

  @Option(names = "--size", paramLabel = "WxH", description = "Size (default: the model's).")
  @Nullable String size;

  @Option(names = "--solver", paramLabel = "S", description = "Solver (default: the model's).")
  @Nullable String solver;

  @Option(names = "--guidance", paramLabel = "G", description = "Guidance (default: the server's).")
  @Nullable Double guidance;

  @Option(
      names = "--deadline",
      paramLabel = "T",
      converter = DurationConverter.class,
      description = "Deadline that the server is told, as 2s.")
  @Nullable Duration deadline;

  @Option(
      names = "--preview-every",
      paramLabel = "K",
      description =
          "With --stream: steps from one preview to the next, 0 for none (default:"
              + " ${DEFAULT-VALUE}).",
      defaultValue = "1")
  int previewEvery;

  @Option(
      names = "--cancel-rate",
      paramLabel = "P",
      description =
          "Share of the requests that are cancelled at a random moment of their unloaded time"
              + " (default: ${DEFAULT-VALUE}).",
      defaultValue = "0")
  double cancelRate;

  /** Returns what is asked for. */
  RequestOptions read() {
    return new RequestOptions(
        model, prompts, steps(), n, size, solver, guidance, deadline, previewEvery, cancelRate);
  }

  private StepMix steps() {
    if (mix == null) {
      return StepMix.NONE;
    }
    try {
      return StepMix.parse(mix);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("--mix: " + e.getMessage(), e);
    }
  }
}
