package io.stepwise.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command in a process of its own, as its user starts it. */
final class LoadProcessIT {

  private static final int PATIENCE_SECONDS = 60;
  private static final int INTERRUPTED = 130;

  private final StubServer server = new StubServer(StubServer.Delays.of(20));

  @TempDir Path folder;

  @AfterEach
  void closeServer() {
    server.close();
  }

  /** Starts the command, which takes interrupts also where these tests run in the background. */
  private Process start(String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                "env",
                "--default-signal=INT",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Djava.awt.headless=true",
                "-cp",
                System.getProperty("java.class.path"),
                "io.stepwise.cli.Main",
                "load",
                "--url",
                server.url()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command)
        .redirectOutput(folder.resolve("out").toFile())
        .redirectError(folder.resolve("err").toFile())
        .start();
  }

  private int exitCode(Process process) throws InterruptedException {
    assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  private String text(String name) throws IOException {
    return Files.readString(folder.resolve(name));
  }

  @Test
  void interruptEndsTheTestAndReportsWhatThereIs() throws Exception {
    Path json = folder.resolve("report.json");
    Process process = start("--rate", "50", "--duration", "10m", "--json", json.toString());
    while (server.bodies().size() < 60) {
      assertThat(process.isAlive()).as(text("err")).isTrue();
      Thread.onSpinWait();
    }

    new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();

    assertThat(exitCode(process)).isEqualTo(INTERRUPTED);
    assertThat(text("out")).contains("requests sent", "warning: stopped early");
    JsonNode run = Json.parse(Files.readString(json)).at("/runs/0");
    assertThat(run.get("interrupted").asBoolean()).isTrue();
    assertThat(run.at("/requests/succeeded").asLong()).isGreaterThan(20);
    assertThat(run.get("seconds").asDouble()).isLessThan(PATIENCE_SECONDS);
  }

  @Test
  void reportsGoWhereTheyAreAskedFor() throws Exception {
    Path html = folder.resolve("report.html");
    Process process =
        start(
            "--rate",
            "20,40",
            "--duration",
            "1s",
            "--slo",
            "1s",
            "--json",
            "-",
            "--html",
            html.toString());

    assertThat(exitCode(process)).as(text("err")).isZero();
    JsonNode report = Json.parse(text("out"));
    assertThat(report.get("runs")).hasSize(2);
    assertThat(report.at("/runs/1/load/rate").asDouble()).isEqualTo(40);
    assertThat(Files.readString(html)).contains("Latency by load");
    assertThat(text("err")).isEmpty();
  }

  @Test
  void testInWhichNothingSucceedsEndsWithOne() throws Exception {
    server.refuse(Integer.MAX_VALUE);

    Process measured = start("--rate", "20", "--duration", "1s", "--warm-up", "0");
    assertThat(exitCode(measured)).isEqualTo(1);
    assertThat(text("out")).contains("HTTP 429 queue_full");

    Process refused = start("--rate", "20", "--duration", "1s");
    assertThat(exitCode(refused)).isEqualTo(1);
    assertThat(text("err").lines())
        .containsExactly("stepwise load: warm-up: HTTP 429 queue_full: full of images");
  }
}
