package io.stepwise.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The program serving in a process of its own, as its user starts it. */
final class ServerProcess implements AutoCloseable {

  private static final Pattern ADDRESS = Pattern.compile("serving .* on (https?://[^\\s\"]+)");
  private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  /** What {@code bin/stepwise} sets, too. */
  private static final Map<String, String> ALLOCATOR =
      Map.of(
          "MALLOC_ARENA_MAX", "1",
          "MALLOC_MMAP_THRESHOLD_", "1073741824",
          "MALLOC_TRIM_THRESHOLD_", "1073741824",
          "MALLOC_TOP_PAD_", "67108864");

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Process process;
  private final Thread reader = new Thread(this::readLog, "server-log");
  private final List<String> log = Collections.synchronizedList(new ArrayList<>());
  private final HttpClient client = HttpClient.newHttpClient();
  private final CompletableFuture<String> address = new CompletableFuture<>();

  private ServerProcess(Process process) {
    this.process = process;
    reader.setDaemon(true);
    reader.start();
  }

  /**
   * Starts the program on a free port with a heap that is all resident from the beginning and
   * without the optimizing compiler, which takes some 30 MiB as code gets hot: what grows then is
   * what images cost.
   */
  static ServerProcess start(List<String> arguments) throws IOException {
    return start(arguments, Map.of());
  }

  /** Starts the program with further environment variables. */
  static ServerProcess start(List<String> arguments, Map<String, String> variables)
      throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms192m",
                "-Xmx192m",
                "-XX:+AlwaysPreTouch",
                "-XX:TieredStopAtLevel=1",
                "-Djava.awt.headless=true",
                "-Dlogback.configurationFile=logback.xml",
                "-cp",
                System.getProperty("java.class.path"),
                "io.stepwise.cli.Main",
                "serve",
                "--port",
                "0"));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(ALLOCATOR);
    builder.environment().putAll(variables);
    return new ServerProcess(builder.start());
  }

  /** Waits until requests are answered. */
  void awaitReady() throws IOException, InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (get("/v2/health/ready").statusCode() != 200) {
      assertThat(System.nanoTime()).as("not ready: %s", log).isLessThan(end);
      Thread.onSpinWait();
    }
  }

  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(uri(path)).timeout(PATIENCE).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  /** Asks for images and returns the answer when it comes. */
  CompletableFuture<HttpResponse<String>> generate(String body) {
    HttpRequest request =
        HttpRequest.newBuilder(uri("/v1/images/generations"))
            .timeout(PATIENCE)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    return client.sendAsync(request, HttpResponse.BodyHandlers.ofString());
  }

  /** Asks for images, which must be made. */
  JsonNode generated(String body) throws IOException {
    HttpResponse<String> response = generate(body).join();
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return JSON.readTree(response.body());
  }

  /** Returns the process's resident memory in KiB. */
  long residentKiB() throws IOException {
    String status = Files.readString(Path.of("/proc", Long.toString(process.pid()), "status"));
    Matcher resident = RESIDENT.matcher(status);
    assertThat(resident.find()).isTrue();
    return Long.parseLong(resident.group(1));
  }

  /** Sends SIGTERM. */
  void terminate() {
    process.toHandle().destroy();
  }

  /** Waits for the end of the process, and of its log, and returns whether it came. */
  boolean awaitExit() throws InterruptedException {
    boolean exited = process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    if (exited) {
      reader.join();
    }
    return exited;
  }

  List<String> log() {
    return List.copyOf(log);
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  URI uri(String path) {
    try {
      return URI.create(address.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join() + path);
    } catch (CompletionException e) {
      throw new AssertionError("the server did not start: " + log, e);
    }
  }

  private void readLog() {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        log.add(line);
        Matcher started = ADDRESS.matcher(line);
        if (started.find()) {
          address.complete(started.group(1));
        }
      }
      address.completeExceptionally(new IllegalStateException("it ended"));
    } catch (IOException e) {
      address.completeExceptionally(e);
    }
  }
}
