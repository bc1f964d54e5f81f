package io.stepwise.cli;

import io.stepwise.network.DiffusersFolder;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes a model as a diffusers folder of today's layout, which opens in Python too. */
@Command(
    name = "export",
    description = "Write a model, or a single network, as a diffusers folder.")
final class ModelsExportCommand implements Callable<Integer> {

  @Parameters(
      index = "0",
      paramLabel = "MODEL",
      description = "A shipped model, a diffusers folder, or the folder of one network.")
  String model = "";

  @Parameters(index = "1", paramLabel = "DIR", description = "A new or empty folder.")
  Path target = Path.of("");

  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException {
    Path folder = ModelLibrary.folder(model);
    DiffusersFolder.copy(folder, target);
    PrintWriter out = spec.commandLine().getOut();
    out.println(target + ": written");
    out.flush();
    return 0;
  }
}
