package io.stepwise.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.network.ToyModel;
import io.stepwise.sampling.SamplingClient;
import io.stepwise.sampling.SamplingService;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Some thousand damaged requests, a part of which is in order, against a server with the real
 * sampling actors. {@code -Dfuzz.requests=20000} for more, {@code -Dfuzz.seed=…} for others.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FuzzIT {

  private static final int REQUESTS = Integer.getInteger("fuzz.requests", 3000);
  private static final long SEED = Long.getLong("fuzz.seed", 1);
  private static final int CLIENTS = 8;
  private static final int MORE_THREADS = 4;
  private static final long MOST_HEAP_GROWTH = 16 << 20;

  /** The states of connections, as Linux numbers them, that are established or half closed. */
  private static final List<String> HELD = List.of("01", "08");

  private static final String REQUEST = "{\"prompt\": \"bag\", \"seed\": 7, \"steps\": 5}";

  private final ActorTestKit kit = ActorTestKit.create();
  private final ActorRef<SamplingService.Command> service =
      ToyService.spawn(kit, ToyModel.named("toy"));
  private final SamplingClient client =
      new SamplingClient(service, kit.system(), Duration.ofMinutes(1));
  private final TestServer server =
      TestServer.start(
          kit.system(),
          service,
          TestServer.settings(Duration.ofSeconds(2), Duration.ofMinutes(5)),
          new HttpServer.Times(Duration.ofSeconds(5), Duration.ofSeconds(1)));

  @AfterAll
  void stop() {
    server.close();
    kit.shutdownTestKit();
  }

  @Test
  void damagedRequestsAreAnsweredAndLeaveNothingBehind() {
    FuzzingClient fuzzing = new FuzzingClient(server.server().address());
    fuzz(fuzzing, fuzzing::send, REQUESTS);
    assertThat(fuzzing.statuses()).containsKeys(200, 400, 404, 405, 415, 431);
    assertThat(fuzzing.statuses().get(200)).isGreaterThan(REQUESTS / 5);
  }

  @Test
  void damagedFramesAreAnsweredAndLeaveNothingBehind() {
    FuzzingClient fuzzing = new FuzzingClient(server.server().address());
    fuzz(fuzzing, fuzzing::sendFrames, REQUESTS / SocketFuzzer.FRAMES);
    assertThat(fuzzing.statuses().get(101)).isGreaterThan(REQUESTS / SocketFuzzer.FRAMES / 2);
  }

  private void fuzz(FuzzingClient fuzzing, LongConsumer action, int count) {
    String expected = server.post(REQUEST).json().at("/data/0/b64_json").asText();
    run(0, count / 3, action);
    awaitNothingLeft(fuzzing);
    Set<String> threads = threads();
    long heap = usedHeap();

    long began = System.nanoTime();
    run(count / 3, count, action);
    double seconds = (System.nanoTime() - began) * 1e-9;

    assertThat(fuzzing.faults()).isEmpty();
    awaitNothingLeft(fuzzing);
    assertThat(threads())
        .as("beside %s", threads)
        .hasSizeLessThanOrEqualTo(threads.size() + MORE_THREADS);
    long growth = usedHeap() - heap;
    System.out.printf(
        Locale.ROOT,
        "%d fuzzed connections in %.1f s, statuses %s, heap %+d KiB%n",
        count,
        seconds,
        fuzzing.statuses(),
        growth >> 10);
    assertThat(growth).isLessThan(MOST_HEAP_GROWTH);
    assertThat(server.post(REQUEST).json().at("/data/0/b64_json").asText()).isEqualTo(expected);
  }

  /** Has some clients do something with each number of a range, as fast as they can. */
  private static void run(int first, int count, LongConsumer action) {
    AtomicLong next = new AtomicLong(first);
    ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
    List<CompletableFuture<Void>> running = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      running.add(
          CompletableFuture.runAsync(
              () -> {
                for (long n = next.getAndIncrement();
                    n < first + count;
                    n = next.getAndIncrement()) {
                  action.accept(SEED * 1_000_000_007L + n);
                }
              },
              clients));
    }
    running.forEach(CompletableFuture::join);
    clients.shutdown();
    try {
      assertThat(clients.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Waits until no image is unfinished and no connection is open. */
  private void awaitNothingLeft(FuzzingClient fuzzing) {
    kit.createTestProbe()
        .awaitAssert(
            Duration.ofSeconds(30),
            () -> {
              assertThat(client.fleet().toCompletableFuture().join().unfinishedImages()).isZero();
              assertThat(openConnections(fuzzing)).isEmpty();
              return kit;
            });
  }

  /** Returns what was sent on the connections that the server holds, closed by clients or not. */
  private List<String> openConnections(FuzzingClient fuzzing) {
    String port = String.format(Locale.ROOT, ":%04X", server.server().address().getPort());
    List<String> open = new ArrayList<>();
    for (String table : List.of("tcp", "tcp6")) {
      try {
        Files.readAllLines(Path.of("/proc/net", table)).stream()
            .map(line -> List.of(line.strip().split("\\s+")))
            .filter(line -> line.get(1).endsWith(port) && HELD.contains(line.get(3)))
            .map(line -> line.get(2).substring(line.get(2).indexOf(':') + 1))
            .map(hexPort -> Integer.parseInt(hexPort, 16))
            .forEach(clientPort -> open.add(fuzzing.requestFrom(clientPort)));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return open;
  }

  /** Returns the names of all threads but those of the finishers' pool, which has its own bound. */
  private static Set<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> !name.contains("finisher"))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static long usedHeap() {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 5; i++) {
      System.gc();
      least =
          Math.min(least, Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory());
    }
    return least;
  }
}
