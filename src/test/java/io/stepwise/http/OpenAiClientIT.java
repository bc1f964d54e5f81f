package io.stepwise.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.network.StepInput;
import io.stepwise.sampling.SamplingService;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** OpenAI's own client library for Node, unchanged: the scripts in {@code src/test/openai}. */
class OpenAiClientIT {

  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final int MANY = 1 << 20;
  private static final Path SCRIPTS = Path.of("src/test/openai");
  private static final Path FOLDER = Path.of("target/openai");

  private final Gate gate = new Gate();
  private final Semaphore steps = new Semaphore(MANY);
  private final ActorRef<SamplingService.Command> service = ToyService.spawn(KIT, this::before);
  private final TestServer server = TestServer.start(KIT.system(), service);

  @BeforeAll
  static void installLibrary() throws IOException {
    Files.createDirectories(FOLDER);
    try (Stream<Path> files = Files.list(SCRIPTS)) {
      for (Path file : files.toList()) {
        Files.write(FOLDER.resolve(file.getFileName()), Files.readAllBytes(file));
      }
    }
    finish(start(Map.of(), "npm", "ci", "--prefer-offline", "--no-audit", "--no-fund"));
  }

  @AfterEach
  void stopServer() {
    gate.open();
    steps.release(MANY);
    server.close();
    KIT.stop(service);
  }

  @AfterAll
  static void stopSystem() {
    KIT.shutdownTestKit();
  }

  @Test
  void imagesAndModels() {
    finish(script("images.mjs"));
  }

  @Test
  void eventsOfAStream() throws IOException {
    steps.drainPermits();
    Process script = script("streaming.mjs");
    BufferedReader lines = script.inputReader(StandardCharsets.UTF_8);
    steps.release(5);
    assertThat(lines.readLine()).isEqualTo("partial 0 of step 3");
    steps.release(4);
    assertThat(lines.readLine()).isEqualTo("partial 1 of step 7");
    steps.release(MANY);
    finish(script);
  }

  @Test
  void retriesUnderAKey() {
    finish(script("retries.mjs"));
  }

  @Test
  void errorsAreThoseOfTheLibrary() {
    finish(script("errors.mjs"));
  }

  @Test
  void fullQueueIsARateLimitAndRetriedWhenAsked() throws IOException {
    gate.shut();
    List<CompletableFuture<Answer>> accepted = new ArrayList<>();
    for (int images = 0; images < ToyService.MOST_UNFINISHED; images += ToyService.MOST_IMAGES) {
      accepted.add(server.postLater("{\"n\": " + ToyService.MOST_IMAGES + "}"));
    }
    KIT.createTestProbe()
        .awaitAssert(
            () -> {
              assertThat(server.unfinishedImages()).isEqualTo(ToyService.MOST_UNFINISHED);
              return gate;
            });
    Process busy = script("busy.mjs");
    assertThat(busy.inputReader(StandardCharsets.UTF_8).readLine()).isEqualTo("refused");
    gate.open();
    finish(busy);
    accepted.forEach(answer -> assertThat(answer.join().status()).isEqualTo(200));
  }

  @Test
  void abortedRequestCancelsItsGeneration() {
    gate.shut();
    finish(script("cancelled.mjs"));
  }

  private Process script(String name) {
    return start(Map.of("BASE_URL", server.uri("/v1").toString()), "node", name);
  }

  private static Process start(Map<String, String> environment, String... command) {
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(FOLDER.toFile()).redirectErrorStream(true);
    builder.environment().putAll(environment);
    try {
      return builder.start();
    } catch (IOException e) {
      throw new AssertionError(command[0] + ": missing (expected: apt-get install nodejs npm)", e);
    }
  }

  private void before(List<StepInput> batch) {
    gate.before(batch);
    try {
      if (!steps.tryAcquire(20, TimeUnit.SECONDS)) {
        throw new IllegalStateException("waited too long");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static void finish(Process process) {
    try {
      String output =
          String.join("\n", process.inputReader(StandardCharsets.UTF_8).lines().toList());
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(output).isTrue();
      assertThat(process.exitValue()).as(output).isZero();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } finally {
      process.destroyForcibly();
    }
  }
}
