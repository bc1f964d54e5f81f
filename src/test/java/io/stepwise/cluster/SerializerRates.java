package io.stepwise.cluster;

import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import io.stepwise.diffusion.StepMatrix;
import io.stepwise.diffusion.StepPlan;
import io.stepwise.diffusion.StepRow;
import io.stepwise.network.ImageShape;
import io.stepwise.sampling.Recipe;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Adapter;

/**
 * How fast messages become bytes and come back: by our serializer, by Java's own, and by Jackson's
 * CBOR of records with the same content. Run by hand for so many milliseconds a measurement, it
 * prints a table; {@code SerializerRatesTest} is a short version.
 */
final class SerializerRates {

  private static final int ROUNDS = 5;
  private static final int STEPS = 50;
  private static final double NANOS = 1e9;
  private static final double MIB = 1 << 20;
  private static final CBORMapper CBOR = new CBORMapper();

  /** Writes a message and reads it again. */
  private interface Format {

    byte[] write() throws IOException;

    Object read(byte[] bytes) throws IOException;
  }

  /**
   * What was measured; medians of rounds.
   *
   * @param mibPerSecond what our own format needs for the messages that were written and read again
   *     in a second, so that formats compare
   */
  record Rate(
      String message, String format, int bytes, double messagesPerSecond, double mibPerSecond) {}

  private final MessageSerializer serializer;
  private final ActorRefResolver refs;

  SerializerRates(ActorSystem<?> node) {
    this.serializer = new MessageSerializer((ExtendedActorSystem) Adapter.toClassic(node));
    this.refs = ActorRefResolver.get(node);
  }

  /** Measures every message in every format, each for so long in each round. */
  List<Rate> measure(long millis) throws IOException {
    List<Rate> rates = new ArrayList<>();
    for (Message message : messages()) {
      int payload = serializer.toBinary(message).length;
      List<Format> formats = List.of(own(message), java(plain(message)), cbor(plain(message)));
      double[][] seconds = new double[formats.size()][ROUNDS];
      for (int round = 0; round < ROUNDS; round++) {
        for (int format = 0; format < formats.size(); format++) {
          seconds[format][round] = secondsEach(formats.get(format), millis);
        }
      }
      List<String> names = List.of("Kryo", "Java", "CBOR");
      for (int format = 0; format < formats.size(); format++) {
        Arrays.sort(seconds[format]);
        double each = seconds[format][ROUNDS / 2];
        rates.add(
            new Rate(
                message.getClass().getSimpleName(),
                names.get(format),
                formats.get(format).write().length,
                1 / each,
                payload / MIB / each));
      }
    }
    return rates;
  }

  /** Returns what goes over the wire most, with states of the shipped model. */
  private List<Message> messages() {
    ActorRef<Placement.News> placement =
        refs.resolveActorRef("pekko://stepwise@192.0.2.1:7355/user/placement#11");
    Recipe toy = ClusterToys.recipe("8a4e7a52-1111-2222-3333-444444444444", 1);
    List<StepRow> rows =
        IntStream.range(0, STEPS)
            .mapToObj(
                step ->
                    new StepRow(
                        step,
                        0.9,
                        1,
                        -0.5,
                        1.0,
                        StepMatrix.of(new double[] {0.6, 0.1, 0.3}),
                        0,
                        null))
            .toList();
    ImageShape shape = new ImageShape(1, 28, 28);
    Recipe recipe =
        new Recipe(
            toy.request(),
            toy.key(),
            shape,
            shape,
            new StepPlan(1, 0, rows),
            toy.seed(),
            toy.label(),
            toy.guidance(),
            toy.urgency(),
            null);
    float[] x = new float[shape.size()];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) Math.sin(i);
    }
    List<ImageState> states = new ArrayList<>();
    for (int image = 0; image < 16; image++) {
      states.add(new ImageState(image, 10, x.clone(), new float[0]));
    }
    return List.of(
        new ModelHost.Make(placement, 12_345, true, recipe, states),
        new Placement.StateReported(12_345, states.get(3)),
        new Placement.StepTaken(12_345, 3, 31, 53_000_000, null));
  }

  private static Object plain(Message message) {
    return PlainMessages.of(message, "pekko://stepwise@192.0.2.1:7355/user/placement#11");
  }

  private Format own(Message message) {
    String manifest = serializer.manifest(message);
    return new Format() {
      @Override
      public byte[] write() {
        return serializer.toBinary(message);
      }

      @Override
      public Object read(byte[] bytes) throws IOException {
        return serializer.fromBinary(bytes, manifest);
      }
    };
  }

  private static Format java(Object message) {
    return new Format() {
      @Override
      public byte[] write() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
          out.writeObject(message);
        }
        return bytes.toByteArray();
      }

      @Override
      public Object read(byte[] bytes) throws IOException {
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
          return in.readObject();
        } catch (ClassNotFoundException e) {
          throw new IOException(e);
        }
      }
    };
  }

  private static Format cbor(Object message) {
    return new Format() {
      @Override
      public byte[] write() throws IOException {
        return CBOR.writeValueAsBytes(message);
      }

      @Override
      public Object read(byte[] bytes) throws IOException {
        return CBOR.readValue(bytes, message.getClass());
      }
    };
  }

  /** Returns the time of writing and reading one message. */
  private static double secondsEach(Format format, long millis) throws IOException {
    long begin = System.nanoTime();
    long elapsed;
    int count = 0;
    do {
      if (format.read(format.write()) == null) {
        throw new IllegalStateException("message: null (expected: the one that was written)");
      }
      count++;
      elapsed = System.nanoTime() - begin;
    } while (elapsed < millis * 1_000_000);
    return elapsed / NANOS / count;
  }

  /** Prints the table. */
  public static void main(String[] args) throws IOException {
    TestNode node = TestNode.start();
    try {
      SerializerRates rates = new SerializerRates(node.kit.system());
      rates.measure(Long.parseLong(args[0]));
      System.out.printf(
          "%-14s %-6s %9s %12s %10s%n", "message", "format", "bytes", "messages/s", "MiB/s");
      for (Rate rate : rates.measure(Long.parseLong(args[0]))) {
        System.out.printf(
            Locale.ROOT,
            "%-14s %-6s %9d %12.0f %10.1f%n",
            rate.message(),
            rate.format(),
            rate.bytes(),
            rate.messagesPerSecond(),
            rate.mibPerSecond());
      }
    } finally {
      node.stop();
    }
  }
}
