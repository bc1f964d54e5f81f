package io.stepwise.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;

final class MainTest {

  /** Fails with the given exception. */
  @Command(name = "fail")
  private record Failing(Exception exception) implements Callable<Integer> {
    @Override
    public Integer call() throws Exception {
      throw exception;
    }
  }

  private static CommandResult fail(Exception exception, String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine commandLine = Main.commandLine();
    commandLine.addSubcommand(new Failing(exception));
    commandLine.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    // Handlers reach the subcommands that are there when they are set.
    commandLine
        .setExecutionExceptionHandler(commandLine.getExecutionExceptionHandler())
        .setParameterExceptionHandler(commandLine.getParameterExceptionHandler());
    return new CommandResult(commandLine.execute(arguments), out.toString(), err.toString());
  }

  @Test
  void wrongArgumentEndsWithTwoAndOneLine() {
    CommandResult result = fail(new IllegalArgumentException("n: 0 (expected: >= 1)"), "fail");

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err().lines()).containsExactly("stepwise fail: n: 0 (expected: >= 1)");
    assertThat(result.out()).isEmpty();
  }

  @Test
  void failureEndsWithOneAndOneLine() {
    CommandResult result = fail(new IOException("disk full\n  at block 7"), "fail");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err().lines()).containsExactly("stepwise fail: disk full at block 7");
    assertThat(fail(new IllegalStateException(), "fail").err().lines())
        .containsExactly("stepwise fail: java.lang.IllegalStateException");
  }

  @Test
  void stackTraceIsPrintedWhereAskedFor() {
    CommandResult result = fail(new IOException("disk full"), "fail", "--stacktrace");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err())
        .startsWith("stepwise fail: disk full")
        .contains("\tat io.stepwise.cli.MainTest");
  }

  @Test
  void missingOrUnknownCommandEndsWithTwo() {
    CommandResult missing = CommandResult.of();
    CommandResult unknown = CommandResult.of("paint");

    assertThat(missing.exitCode()).isEqualTo(2);
    assertThat(missing.err().lines())
        .singleElement()
        .asString()
        .startsWith("stepwise: command: missing (expected: one of serve, keys, sample, ");
    assertThat(unknown.exitCode()).isEqualTo(2);
    assertThat(unknown.err().lines()).singleElement().asString().contains("'paint'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--help", "plan --help"})
  void helpNamesTheExitCodesAndTheStackTraceOption(String arguments) {
    CommandResult result = CommandResult.of(arguments.split(" "));

    assertThat(result.exitCode()).isZero();
    assertThat(result.out()).contains("--stacktrace", "Exit codes:", "wrong arguments");
    assertThat(result.err()).isEmpty();
  }

  @Test
  void versionIsOneLine() {
    CommandResult result = CommandResult.of("--version");

    assertThat(result.exitCode()).isZero();
    assertThat(result.out().lines()).singleElement().asString().startsWith("stepwise ");
  }
}
