package io.stepwise.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.stepwise.diffusion.SchedulerConfig;
import io.stepwise.network.BatchSampler;
import io.stepwise.network.DiffusersModel;
import io.stepwise.network.ImageShape;
import io.stepwise.network.ModelDescription;
import io.stepwise.network.NetworkException;
import io.stepwise.network.StepKernel;
import io.stepwise.network.TorchRuntime;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Lists the shipped models, and shows and checks any model. */
@Command(
    name = "models",
    description = "List the shipped models; show or check any model folder.",
    subcommands = {
      ModelsCommand.ListModels.class,
      ModelsCommand.Show.class,
      ModelsCommand.Check.class
    })
final class ModelsCommand implements Runnable {

  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "command: missing (expected: one of list, show, check)");
  }

  /** What is shown of a model. */
  private static Map<String, Object> facts(DiffusersModel model) {
    ModelDescription description = model.description();
    ImageShape shape = description.shape();
    SchedulerConfig scheduler = description.scheduler();
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("name", description.name());
    facts.put("digest", description.digest());
    facts.put("image", List.of(shape.channels(), shape.height(), shape.width()));
    facts.put("parameters", model.parameterCount());
    facts.put("labels", description.labels());
    facts.put("none_label", description.hasNoneLabel());
    facts.put("solver", scheduler.solver());
    facts.put("prediction", scheduler.prediction().fieldValue());
    facts.put("training_timesteps", scheduler.noiseSchedule().trainTimesteps());
    return facts;
  }

  private static void print(PrintWriter out, Object value) throws JsonProcessingException {
    out.println(
        JsonMapper.builder().build().writerWithDefaultPrettyPrinter().writeValueAsString(value));
    out.flush();
  }

  private static void printLines(PrintWriter out, Map<String, Object> facts) {
    facts.forEach((name, value) -> out.printf("%-20s %s%n", name, value));
  }

  /** Lists the models inside the program. */
  @Command(name = "list", description = "List the models that come with the program.")
  static final class ListModels implements Callable<Integer> {

    @Option(names = "--json", description = "Print JSON.")
    boolean json;

    @Spec CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws JsonProcessingException {
      PrintWriter out = spec.commandLine().getOut();
      List<DiffusersModel> models =
          ModelLibrary.SHIPPED.stream().map(name -> ModelLibrary.open(name, "cpu")).toList();
      if (json) {
        ModelsCommand.print(out, models.stream().map(ModelsCommand::facts).toList());
        return 0;
      }
      for (DiffusersModel model : models) {
        ModelDescription description = model.description();
        ImageShape shape = description.shape();
        out.printf(
            "%s  %d x %d x %d, %,d parameters, digest %.12s%n    labels %s%n",
            description.name(),
            shape.channels(),
            shape.height(),
            shape.width(),
            model.parameterCount(),
            description.digest(),
            String.join(", ", description.labels()));
      }
      out.flush();
      return 0;
    }
  }

  /** Shows one model. */
  @Command(name = "show", description = "Show a model: shape, labels, solver, architecture.")
  static final class Show implements Callable<Integer> {

    @Parameters(paramLabel = "MODEL", description = "A shipped model or a diffusers folder.")
    String model = "";

    @Option(names = "--json", description = "Print JSON.")
    boolean json;

    @Spec CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws JsonProcessingException {
      PrintWriter out = spec.commandLine().getOut();
      DiffusersModel opened = ModelLibrary.open(model, "cpu");
      Map<String, Object> facts = facts(opened);
      if (json) {
        facts.put("network", opened.network().fields());
        ModelsCommand.print(out, facts);
      } else {
        printLines(out, facts);
        out.println();
        printLines(out, opened.network().fields());
        out.flush();
      }
      return 0;
    }
  }

  /** Proves that a model works: all tensors are there, and a step gives finite numbers. */
  @Command(
      name = "check",
      description = "Check a model folder: all tensors there, shapes right, a step finite.")
  static final class Check implements Callable<Integer> {

    @Parameters(paramLabel = "MODEL", description = "A shipped model or a diffusers folder.")
    String model = "";

    @Spec CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
      DiffusersModel opened = ModelLibrary.open(model, "cpu");
      TorchRuntime.prepareThread(1);
      ModelDescription description = opened.description();
      float[] x;
      try (StepKernel kernel = opened.openKernel(1)) {
        x =
            BatchSampler.sample(
                    kernel,
                    description.scheduler().plan(1, null),
                    description.shape(),
                    List.of(new BatchSampler.Request(0, 0, 0, 1)))
                .get(0);
      }
      for (float value : x) {
        if (!Float.isFinite(value)) {
          throw new NetworkException(model + ": a step gives " + value + " (expected: finite)");
        }
      }
      PrintWriter out = spec.commandLine().getOut();
      out.printf(
          "%s: ok, %,d parameters, digest %s%n",
          model, opened.parameterCount(), description.digest());
      out.flush();
      return 0;
    }
  }
}
