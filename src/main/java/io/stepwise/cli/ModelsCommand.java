package io.stepwise.cli;

import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Groups the commands about models. */
@Command(
    name = "models",
    description =
        "List the shipped models; show, check, run or export any model; see and choose versions.",
    subcommands = {
      ModelsListCommand.class,
      ModelsShowCommand.class,
      ModelsCheckCommand.class,
      ModelsRunCommand.class,
      ModelsExportCommand.class,
      ModelsSnapshotsCommand.class,
      ModelsActivateCommand.class
    })
final class ModelsCommand implements Runnable {

  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    String names = spec.subcommands().keySet().stream().collect(Collectors.joining(", "));
    throw new ParameterException(
        spec.commandLine(), "command: missing (expected: one of " + names + ")");
  }
}
