package io.stepwise.cli;

import io.stepwise.diffusion.SchedulerConfig;
import io.stepwise.diffusion.StepPlan;
import io.stepwise.network.ModelDescription;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The arguments of {@code evaluate} that say which samples are drawn and compared. */
final class QualityArguments {

  private static final int DEFAULT_STEPS = 50;
  private static final double MAX_GUIDANCE = 20;

  @Option(
      names = "--n",
      paramLabel = "K",
      description =
          "Samples of each seed, 0 for none; distances depend on it (default: ${DEFAULT-VALUE}).",
      defaultValue = "1000")
  int n;

  @Option(
      names = "--seeds",
      paramLabel = "K",
      description = "How often samples are drawn anew (default: ${DEFAULT-VALUE}).",
      defaultValue = "3")
  int seeds;

  @Option(
      names = "--solver",
      paramLabel = "S",
      completionCandidates = PlanCommand.SolverNames.class,
      description = "One of ${COMPLETION-CANDIDATES} (default: the model's).")
  @Nullable String solver;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "Denoising steps of a sample (default: " + DEFAULT_STEPS + ").")
  @Nullable Integer steps;

  @Option(names = "--eta", paramLabel = "E", description = "With ddim: share of ancestral noise.")
  @Nullable Double eta;

  @Option(
      names = "--guidance",
      paramLabel = "G",
      description = "Classifier-free guidance, 1 for none (default: ${DEFAULT-VALUE}).",
      defaultValue = "1")
  double guidance;

  @Option(
      names = "--classifier",
      paramLabel = "FILE",
      description = "Weights of the fixed classifier (default: the shipped one's).")
  @Nullable Path classifier;

  /** Checks what needs no model. */
  void check() {
    if (n != 0) {
      EvaluateCommand.requireSamples(n);
    }
    TrainCommand.requireAtLeastOne("--seeds", seeds);
    if (!(guidance >= 0 && guidance <= MAX_GUIDANCE)) {
      throw new IllegalArgumentException(
          "--guidance: " + guidance + " (expected: 0 to " + MAX_GUIDANCE + ")");
    }
  }

  /**
   * Returns the sampler; nothing if no samples are wanted.
   *
   * @throws IllegalArgumentException if the model cannot be sampled so
   */
  Optional<StepPlan> plan(ModelDescription model) {
    if (n == 0) {
      return Optional.empty();
    }
    if (guidance != 1 && !model.hasNoneLabel()) {
      throw new IllegalArgumentException(
          "--guidance: " + guidance + " (expected: 1, for the model was not trained for guidance)");
    }
    SchedulerConfig scheduler =
        solver == null ? model.scheduler() : model.scheduler().withSolver(solver);
    int count = steps == null ? Math.min(DEFAULT_STEPS, scheduler.trainTimesteps()) : steps;
    return Optional.of(scheduler.plan(count, eta));
  }
}
