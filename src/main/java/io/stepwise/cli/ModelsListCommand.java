package io.stepwise.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.stepwise.network.FolderModel;
import io.stepwise.network.ImageShape;
import io.stepwise.network.ModelDescription;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Lists the models inside the program. */
@Command(name = "list", description = "List the models that come with the program.")
final class ModelsListCommand implements Callable<Integer> {

  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws JsonProcessingException {
    PrintWriter out = spec.commandLine().getOut();
    List<FolderModel> models =
        ModelLibrary.SHIPPED.stream().map(name -> ModelLibrary.open(name, "cpu")).toList();
    if (json) {
      ModelFacts.printJson(out, models.stream().map(ModelFacts::of).toList());
      return 0;
    }
    for (FolderModel model : models) {
      ModelDescription description = model.description();
      ImageShape shape = description.imageShape();
      out.printf(
          "%s  %s, %d x %d x %d, %s, digest %.12s%n    %s%n",
          description.name(),
          model.stepwise().family(),
          shape.channels(),
          shape.height(),
          shape.width(),
          ModelFacts.size(model),
          description.digest(),
          description.labels().isEmpty()
              ? "no labels"
              : "labels " + String.join(", ", description.labels()));
    }
    out.flush();
    return 0;
  }
}
