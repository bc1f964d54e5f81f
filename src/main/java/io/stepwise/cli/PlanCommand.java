package io.stepwise.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.stepwise.diffusion.SchedulerConfig;
import io.stepwise.diffusion.StepPlan;
import io.stepwise.network.ConfigFile;
import io.stepwise.network.ModelFolderException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints the table of coefficients that a solver makes, for people or as JSON. */
@Command(
    name = "plan",
    description = {
      "Print a sampler as the table of numbers that it is.",
      "One row is one network evaluation:",
      "  denoised = clip(p x + q out), out = network(input x, timestep)",
      "  (x', h') = M (x, out, denoised, h) + v z",
      "x begins as z times the initial scale, the history h as zeros."
    })
final class PlanCommand implements Callable<Integer> {

  @Option(
      names = "--solver",
      paramLabel = "S",
      completionCandidates = SolverNames.class,
      description = "One of ${COMPLETION-CANDIDATES}; may be left out where FILE names one.")
  @Nullable String solver;

  @Option(names = "--steps", paramLabel = "N", required = true, description = "Number of steps.")
  int steps;

  @Option(
      names = "--eta",
      paramLabel = "E",
      description = "With ddim: share of ancestral noise, 0 (the default) to 1.")
  @Nullable Double eta;

  @Option(
      names = "--scheduler-config",
      paramLabel = "FILE",
      description =
          "A diffusers scheduler_config.json (default: what the solver's diffusers class assumes"
              + " where a file says nothing).")
  @Nullable Path schedulerConfig;

  @Option(names = "--json", description = "Print JSON instead of a table.")
  boolean json;

  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws JsonProcessingException {
    SchedulerConfig config = config();
    StepPlan plan = config.plan(steps, eta);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(PlanJson.of(plan));
    } else {
      out.printf(
          "%s, steps %d, training timesteps %d, initial scale %s, history %d%n%n",
          config.solver(),
          plan.steps(),
          config.trainTimesteps(),
          PlanTable.digits(plan.initialScale()),
          plan.history());
      out.print(PlanTable.of(plan));
    }
    out.flush();
    return 0;
  }

  /** The solvers that there are. */
  static final class SolverNames implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return SchedulerConfig.solverNames().iterator();
    }
  }

  private SchedulerConfig config() {
    if (schedulerConfig == null) {
      if (solver == null) {
        throw new IllegalArgumentException(
            "--solver: missing (expected: one of "
                + String.join(", ", SchedulerConfig.solverNames())
                + ", or a --scheduler-config that names one)");
      }
      return SchedulerConfig.parse(Map.of(), solver);
    }
    try {
      Map<String, Object> fields = ConfigFile.read(schedulerConfig);
      return solver == null ? SchedulerConfig.parse(fields) : SchedulerConfig.parse(fields, solver);
    } catch (ModelFolderException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(schedulerConfig + ": " + e.getMessage(), e);
    }
  }
}
