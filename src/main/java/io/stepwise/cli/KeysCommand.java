package io.stepwise.cli;

import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Groups the commands about API keys. */
@Command(
    name = "keys",
    description = "Make API keys for those who may call a server.",
    subcommands = KeysCreateCommand.class)
final class KeysCommand implements Runnable {

  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    String names = spec.subcommands().keySet().stream().collect(Collectors.joining(", "));
    throw new ParameterException(
        spec.commandLine(), "command: missing (expected: one of " + names + ")");
  }
}
