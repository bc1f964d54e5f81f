package io.stepwise.cli;

/** The program's entry: hands its arguments to the command that the first one names. */
public final class Main {

  private Main() {}

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    System.exit(new picocli.CommandLine(new TrainCommand()).execute(arguments));
  }
}
