package io.stepwise.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The program's entry: hands its arguments to the command that the first one names. */
@Command(
    name = "stepwise",
    description = "Draws samples from diffusion models one denoising step at a time.",
    subcommands = {
      ServeCommand.class,
      KeysCommand.class,
      SampleCommand.class,
      ModelsCommand.class,
      PlanCommand.class,
      TrainCommand.class,
      EvaluateCommand.class,
      StudyCommand.class,
      LoadCommand.class,
      BenchCommand.class
    },
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    scope = ScopeType.INHERIT,
    sortOptions = false,
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {"0:done", "1:failed", "2:wrong arguments"})
public final class Main implements Runnable {

  @Option(
      names = "--stacktrace",
      description = "Print the stack trace of an error as well.",
      scope = ScopeType.INHERIT)
  boolean printsStackTrace;

  @Spec CommandSpec spec = CommandSpec.create();

  private Main() {}

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  /** Returns the command line, which turns every exception into one line and an exit code. */
  static CommandLine commandLine() {
    Main main = new Main();
    Failures failures = new Failures(() -> main.printsStackTrace);
    return new CommandLine(main)
        .setParameterExceptionHandler(failures)
        .setExecutionExceptionHandler(failures);
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "command: missing (expected: one of "
            + String.join(", ", spec.subcommands().keySet())
            + "; see --help)");
  }

  /** The version that the jar's manifest names. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Main.class.getPackage().getImplementationVersion();
      return new String[] {"stepwise " + (version == null ? "(not packaged)" : version)};
    }
  }
}
