package io.stepwise.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.stepwise.network.FolderModel;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows one model. */
@Command(
    name = "show",
    description = "Show a model: shape, parameters, FLOPs, labels, solver, architecture.")
final class ModelsShowCommand implements Callable<Integer> {

  @Parameters(paramLabel = "MODEL", description = "A shipped model or a model folder.")
  String model = "";

  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws JsonProcessingException {
    PrintWriter out = spec.commandLine().getOut();
    FolderModel opened = ModelLibrary.open(model, "cpu");
    Map<String, Object> facts = ModelFacts.of(opened);
    if (json) {
      facts.putAll(opened.configs());
      ModelFacts.printJson(out, facts);
      return 0;
    }
    ModelFacts.printLines(out, facts);
    for (Map<String, @Nullable Object> config : opened.configs().values()) {
      out.println();
      ModelFacts.printLines(out, config);
    }
    return 0;
  }
}
