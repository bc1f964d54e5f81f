package io.stepwise.http;

import io.stepwise.settings.StreamSettings;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;

/**
 * Many websockets, some of which never read.
 *
 * <p>Run by hand for so many seconds, it prints what readers see and what the process takes, first
 * without and then with the clients that do not read. {@code SoakIT} is a short version.
 */
final class StreamSoak implements AutoCloseable {

  /** Bytes of the files that clients get which never read, in KiB; the network holds few. */
  static final String SILENT_KIB = "1024";

  /** Steps of every image. */
  static final int STEPS = 20;

  /** Images that a client may have. */
  static final int MOST_IMAGES = 8;

  private static final String READER_KIB = "4";
  private static final StreamSettings PATIENT =
      new StreamSettings(
          1000, 4096, MOST_IMAGES, MOST_IMAGES, Duration.ofMinutes(5), Duration.ofHours(1));

  private final ActorTestKit kit = ActorTestKit.create();
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final List<SoakReader> readers = new ArrayList<>();
  private final List<SocketClient> silent = new ArrayList<>();
  private final PacedService service;
  private final TestServer server;
  private volatile Intervals intervals = new Intervals();

  /**
   * Starts a server.
   *
   * @param tick time between the steps of an image
   */
  StreamSoak(Duration tick) {
    this.service = new PacedService(STEPS, tick);
    this.server =
        TestServer.start(
            kit.system(),
            kit.spawn(service.behavior()),
            TestServer.settings(PATIENT),
            HttpServer.Times.STANDARD);
  }

  /** Adds clients that ask for one image after the other. */
  void addReaders(int count) {
    for (int i = 0; i < count; i++) {
      readers.add(
          new SoakReader(http, server.socketUri(), READER_KIB, nanos -> intervals.add(nanos)));
    }
  }

  /** Adds clients that ask for as much as they may, and then for more, and read nothing of it. */
  void addSilent(int count) {
    for (int i = 0; i < count; i++) {
      SocketClient client = SocketClient.openPaused(server.socketUri());
      IntStream.range(0, 12)
          .forEach(
              n -> client.send("{\"type\": \"generate\", \"prompt\": \"" + SILENT_KIB + "\"}"));
      silent.add(client);
    }
  }

  List<SoakReader> readers() {
    return readers;
  }

  /** Returns how many previews were encoded for the clients that never read. */
  int rendersForSilent() {
    return service.renders(SILENT_KIB);
  }

  /** Returns how many websockets the server has open. */
  int sockets() {
    return server.server().sockets();
  }

  @Override
  public void close() {
    readers.forEach(SoakReader::close);
    silent.forEach(SocketClient::close);
    server.close();
    kit.shutdownTestKit();
  }

  private void measure(String what, int seconds) throws InterruptedException {
    intervals = new Intervals();
    int rendered = rendersForSilent();
    int ended = readers.stream().mapToInt(SoakReader::ended).sum();
    for (int part = 1; part <= 4; part++) {
      new CountDownLatch(1).await(seconds * 250L, TimeUnit.MILLISECONDS);
      System.out.printf(
          "%s %3d s: heap %d MiB, steps between p50 %d p99 %d p99.9 %d max %d ms, %d seen, %d"
              + " generations, %d encoded for the silent%n",
          what,
          seconds * part / 4,
          usedMiB(),
          intervals.quantile(0.5),
          intervals.quantile(0.99),
          intervals.quantile(0.999),
          intervals.quantile(1),
          intervals.count(),
          readers.stream().mapToInt(SoakReader::ended).sum() - ended,
          rendersForSilent() - rendered);
    }
  }

  private static long usedMiB() {
    MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
    memory.gc();
    return memory.getHeapMemoryUsage().getUsed() >> 20;
  }

  /** Runs for {@code args[0]} seconds, half of it without and half with silent clients. */
  public static void main(String[] args) throws InterruptedException {
    int seconds = Integer.parseInt(args[0]) / 2;
    try (StreamSoak soak = new StreamSoak(Duration.ofMillis(200))) {
      soak.addReaders(180);
      soak.measure("readers alone     ", seconds);
      soak.addSilent(20);
      soak.measure("with 20 silent    ", seconds);
      System.out.println("problems: " + soak.readers.stream().mapToInt(SoakReader::problems).sum());
      System.out.println("websockets: " + soak.sockets());
    }
  }
}
