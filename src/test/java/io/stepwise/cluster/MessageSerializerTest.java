package io.stepwise.cluster;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.stepwise.settings.ClusterSettings;
import io.stepwise.settings.Settings;
import io.stepwise.training.Trainer;
import io.stepwise.training.TrainingEvent;
import io.stepwise.training.TrainingReply;
import java.io.IOException;
import java.io.InputStream;
import java.io.NotSerializableException;
import java.lang.management.ManagementFactory;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class MessageSerializerTest {

  private static final ActorTestKit KIT = ActorTestKit.create("stepwise", config());
  private static final Serialization SERIALIZATION =
      SerializationExtension.get(Adapter.toClassic(KIT.system()));
  private static final List<Object> MESSAGES =
      SampleMessages.all(ActorRefResolver.get(KIT.system()));
  private static final MessageSerializer SERIALIZER =
      new MessageSerializer((ExtendedActorSystem) Adapter.toClassic(KIT.system()));

  private static Config config() {
    ClusterSettings settings = Settings.parse("").cluster();
    return ConfigFactory.parseString(
            "pekko.remote.artery.canonical.port = 0, pekko.cluster.seed-nodes = []")
        .withFallback(ClusterConfig.of(settings))
        .withFallback(ConfigFactory.load());
  }

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  static List<Object> messages() {
    return MESSAGES;
  }

  @Test
  void everyMessageOfEveryProtocolHasASample() {
    Stream<Class<?>> protocols =
        Stream.of(
            ModelHost.Order.class,
            Placement.News.class,
            SnapshotSender.Order.class,
            SnapshotPull.News.class,
            Trainer.Order.class,
            TrainingReply.class,
            TrainingEvent.class);
    Stream<Class<?>> messages =
        protocols
            .flatMap(protocol -> Arrays.stream(protocol.getPermittedSubclasses()))
            .filter(type -> !type.isEnum());
    List<Class<?>> types = Stream.concat(messages, Stream.of(Holding.class, Chosen.class)).toList();

    assertThat(MESSAGES)
        .<Class<?>>extracting(Object::getClass)
        .containsExactlyInAnyOrderElementsOf(types);
  }

  @ParameterizedTest
  @MethodSource("messages")
  void messageComesBackAsItWas(Object message) throws IOException {
    byte[] bytes = SERIALIZER.toBinary(message);
    Object read = SERIALIZER.fromBinary(bytes, SERIALIZER.manifest(message));

    assertThat(SERIALIZATION.serializerFor(message.getClass()))
        .isInstanceOf(MessageSerializer.class);
    assertThat(read)
        .usingRecursiveComparison()
        .ignoringFields("placement", "host", "sender", "replyTo", "watcher")
        .isEqualTo(message);
    assertThat(SERIALIZER.toBinary(read)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @MethodSource("messages")
  void bufferHoldsTheSameBytesWhateverItsOrder(Object message) throws IOException {
    for (ByteOrder order : List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)) {
      ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 16).order(order);
      buffer.position(3);
      SERIALIZER.toBinary(message, buffer);
      buffer.flip().position(3);
      byte[] bytes = new byte[buffer.remaining()];
      buffer.duplicate().get(bytes);

      Object read = SERIALIZER.fromBinary(buffer, SERIALIZER.manifest(message));

      assertThat(bytes).isEqualTo(SERIALIZER.toBinary(message));
      assertThat(SERIALIZER.toBinary(read)).isEqualTo(bytes);
    }
  }

  /** Golden bytes were written by this serializer when the version of the message was made. */
  @ParameterizedTest
  @MethodSource("messages")
  void bytesOfAVersionNeverChange(Object message) throws IOException {
    String manifest = SERIALIZER.manifest(message);
    byte[] golden = golden(manifest);

    assertThat(HexFormat.of().formatHex(SERIALIZER.toBinary(message)))
        .isEqualTo(HexFormat.of().formatHex(golden));
    assertThat(SERIALIZER.fromBinary(golden, manifest))
        .usingRecursiveComparison()
        .ignoringFields("placement", "host", "sender", "replyTo", "watcher")
        .isEqualTo(message);
  }

  @Test
  void actorsAreFoundAgain() throws IOException {
    var probe = KIT.<Placement.News>createTestProbe();
    ModelHost.Attend attend = new ModelHost.Attend(probe.ref());
    byte[] bytes = SERIALIZATION.serialize(attend).get();

    assertThat(SERIALIZER.fromBinary(bytes, "at1")).isEqualTo(attend);
  }

  @Test
  void otherManifestsAndClassesAreRefused() {
    assertThatThrownBy(() -> SERIALIZER.fromBinary(new byte[0], "mk0"))
        .isInstanceOf(NotSerializableException.class)
        .hasMessageContaining("manifest: mk0 (expected: one of ");
    assertThatThrownBy(() -> SERIALIZER.manifest("text"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("message: java.lang.String (expected: one with a manifest)");
  }

  @Test
  void messageThatDoesNotFitItsFrameOverflows() {
    for (Object message : MESSAGES) {
      int size = SERIALIZER.toBinary(message).length;
      assertThatThrownBy(() -> SERIALIZER.toBinary(message, ByteBuffer.allocate(size - 1)))
          .isInstanceOf(BufferOverflowException.class);
    }
  }

  @Test
  void largeStateIsWrittenInBulk() throws IOException {
    float[] x = new float[1 << 20];
    Arrays.fill(x, 0.1f);
    Placement.Sampled sampled = new Placement.Sampled(1, new ImageState(0, 1, x, new float[0]));

    byte[] bytes = SERIALIZER.toBinary(sampled);

    assertThat(bytes).hasSizeBetween(4 * x.length, 4 * x.length + 20);
    Placement.Sampled read = (Placement.Sampled) SERIALIZER.fromBinary(bytes, "sa1");
    assertThat(read.state().x()).isEqualTo(x);
  }

  @Test
  void truncatedBytesAreRefused() {
    for (Object message : MESSAGES) {
      byte[] bytes = SERIALIZER.toBinary(message);
      String manifest = SERIALIZER.manifest(message);
      for (int length = 0; length < bytes.length; length++) {
        byte[] part = Arrays.copyOf(bytes, length);
        assertThatThrownBy(() -> SERIALIZER.fromBinary(part, manifest))
            .as("%d bytes of %s", length, manifest)
            .isInstanceOf(NotSerializableException.class);
      }
      byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
      assertThatThrownBy(() -> SERIALIZER.fromBinary(longer, manifest))
          .isInstanceOf(NotSerializableException.class)
          .hasMessageContaining("bytes: 1 more (expected: the end of the message)");
    }
  }

  @Test
  void hostileBytesAreReadOrRefusedAndCostNoMoreThanTheyCarry() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    SplittableRandom random = new SplittableRandom(20);
    long largest = 0;
    for (int i = 0; i < 5_000; i++) {
      Object message = MESSAGES.get(random.nextInt(MESSAGES.size()));
      byte[] bytes = SERIALIZER.toBinary(message);
      for (int flips = random.nextInt(1, 4); flips > 0; flips--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      long before = threads.getCurrentThreadAllocatedBytes();
      read(bytes, SERIALIZER.manifest(message));
      largest = Math.max(largest, threads.getCurrentThreadAllocatedBytes() - before);
    }

    assertThat(largest).isLessThan(256 << 10);
  }

  /** Eight bytes that promise as many numbers as an array can hold. */
  @Test
  void lengthsBeyondTheMessageAreRefused() {
    byte[] bytes = HexFormat.of().parseHex("0000000000000001" + "ffffffff07");

    assertThatThrownBy(() -> SERIALIZER.fromBinary(bytes, "de1"))
        .isInstanceOf(NotSerializableException.class)
        .hasMessage("de1: count: 2147483647 (expected: 0 to 0, as 0 bytes are left)");
  }

  private static void read(byte[] bytes, String manifest) {
    try {
      assertThat(SERIALIZER.fromBinary(bytes, manifest)).isNotNull();
    } catch (NotSerializableException refused) {
      assertThat(refused).hasMessageStartingWith(manifest + ": ");
    }
  }

  private static byte[] golden(String manifest) throws IOException {
    try (InputStream file =
        MessageSerializerTest.class.getResourceAsStream("/messages/" + manifest + ".hex")) {
      assertThat(file).as("golden bytes of " + manifest).isNotNull();
      String hex = new String(file.readAllBytes(), US_ASCII).replaceAll("\\s", "");
      return HexFormat.of().parseHex(hex);
    }
  }
}
