package io.stepwise.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/**
 * What a command did.
 *
 * @param exitCode its exit code
 * @param out what it wrote to the output stream
 * @param err what it wrote to the error stream
 */
record CommandResult(int exitCode, String out, String err) {

  /** Runs the program with these arguments, in this process. */
  static CommandResult of(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine commandLine =
        Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    int exitCode = commandLine.execute(arguments);
    return new CommandResult(exitCode, out.toString(), err.toString());
  }
}
