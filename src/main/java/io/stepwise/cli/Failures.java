package io.stepwise.cli;

import java.io.PrintWriter;
import java.nio.file.NoSuchFileException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * What a person reads when a command fails: one line on the error stream, and a stack trace only
 * where asked for.
 *
 * <p>Arguments that cannot be parsed, and every {@link IllegalArgumentException} of a command, end
 * with exit code 2; all other exceptions with 1.
 */
final class Failures implements IParameterExceptionHandler, IExecutionExceptionHandler {

  private final BooleanSupplier printsStackTrace;

  Failures(BooleanSupplier printsStackTrace) {
    this.printsStackTrace = printsStackTrace;
  }

  @Override
  public int handleParseException(ParameterException exception, String[] arguments) {
    return report(exception, exception.getCommandLine(), ExitCode.USAGE);
  }

  @Override
  public int handleExecutionException(
      Exception exception, CommandLine commandLine, ParseResult parseResult) {
    boolean isArgument = exception instanceof IllegalArgumentException;
    return report(exception, commandLine, isArgument ? ExitCode.USAGE : ExitCode.SOFTWARE);
  }

  private static @Nullable String message(Exception exception) {
    // Its own message is the file's name alone.
    return exception instanceof NoSuchFileException missing
        ? missing.getFile() + ": no such file or folder"
        : exception.getMessage();
  }

  private int report(Exception exception, CommandLine commandLine, int exitCode) {
    String message = message(exception);
    String line = message == null ? exception.toString() : message.replaceAll("\\R\\s*", " ");
    PrintWriter err = commandLine.getErr();
    err.println(commandLine.getCommandSpec().qualifiedName() + ": " + line);
    if (printsStackTrace.getAsBoolean()) {
      exception.printStackTrace(err);
    }
    err.flush();
    return exitCode;
  }
}
