package io.stepwise.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.network.TinyFolder;
import io.stepwise.snapshot.Snapshot;
import io.stepwise.snapshot.SnapshotContent;
import io.stepwise.snapshot.SnapshotFile;
import io.stepwise.snapshot.SnapshotStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A version on its way from one store to another; probes are the senders, a test what they say. */
final class SnapshotPullTest {

  private static final ActorTestKit KIT = ActorTestKit.create();

  private static final int CHUNK = 2000;
  private static final SnapshotPull.Pace PATIENT =
      new SnapshotPull.Pace(CHUNK, 3, Duration.ofMinutes(5));
  private static final SnapshotPull.Pace IMPATIENT =
      new SnapshotPull.Pace(CHUNK, 3, Duration.ofSeconds(1));

  @TempDir Path folder;

  private final TestProbe<SnapshotSender.Order> sender = KIT.createTestProbe();
  private final TestProbe<SnapshotSender.Order> other = KIT.createTestProbe();
  private final TestProbe<SnapshotExchange.PullEnded> ended = KIT.createTestProbe();
  private SnapshotStore from;
  private SnapshotStore to;
  private VersionDescriptor version;
  private ActorRef<SnapshotSender.Order> real;

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  @BeforeEach
  void makeStores() {
    from = SnapshotStore.open(folder.resolve("from"), "tiny", 5);
    to = SnapshotStore.open(folder.resolve("to"), "tiny", 5);
    Snapshot snapshot =
        from.publish(
            new SnapshotContent(
                7, Map.of("loss", 0.5), model -> TinyFolder.write(model, 3), none -> {}));
    version = VersionDescriptor.read(from, snapshot);
    real = KIT.spawn(SnapshotSender.create(from, CHUNK));
  }

  @Test
  void versionComesAsItWasPublishedAndIsNotMadeCurrent() {
    pull(PATIENT, real);

    expectEnd(null);
    assertThat(to.history()).containsExactly(version.snapshot());
    assertThat(to.load(version.digest(), "cpu").description().digest()).isEqualTo(version.digest());
    assertThat(VersionDescriptor.read(to, version.snapshot())).isEqualTo(version);
  }

  @Test
  void noMoreThanTheWindowIsOnItsWay() {
    pull(PATIENT, sender.ref());
    SnapshotFile large = skipToLargeFile();

    for (int i = 0; i < PATIENT.window(); i++) {
      assertThat(order(sender).offset()).isEqualTo((long) i * CHUNK);
    }
    sender.expectNoMessage(Duration.ZERO);
    assertThat(large.size()).isGreaterThan(10L * CHUNK);
  }

  @Test
  void interruptedPullGoesOnWhereItWas() {
    ActorRef<SnapshotPull.Command> first = pull(PATIENT, sender.ref());
    long bytes = size() - skipToLargeFile().size();
    for (int i = 0; i < 5; i++) {
      bytes += pass(order(sender)).length();
    }
    sender.receiveSeveralMessages(PATIENT.window());
    KIT.stop(first);

    pull(PATIENT, sender.ref());
    SnapshotSender.GiveChunk next = order(sender);
    assertThat(next.offset()).isEqualTo(5L * CHUNK);
    while (bytes < size()) {
      bytes += pass(next).length();
      next = bytes < size() ? order(sender) : next;
    }

    expectEnd(null);
    sender.expectNoMessage(Duration.ZERO);
    assertThat(bytes).isEqualTo(size());
    assertThat(to.history()).containsExactly(version.snapshot());
  }

  @Test
  void restOfAFileComesFromTheNextSenderWhenOneIsSilent() {
    ActorRef<SnapshotSender.Order> next =
        KIT.spawn(
            Behaviors.monitor(
                SnapshotSender.Order.class, other.ref(), SnapshotSender.create(from, CHUNK)));
    pull(IMPATIENT, List.of(sender.ref(), next));
    skipToLargeFile();
    pass(order(sender));

    expectEnd(null);
    assertThat(order(other).offset()).isEqualTo(CHUNK);
    assertThat(to.history()).containsExactly(version.snapshot());
  }

  @Test
  void damagedFileIsGotAnew() {
    pull(PATIENT, sender.ref());
    SnapshotFile large = skipToLargeFile();
    SnapshotSender.GiveChunk order = order(sender);
    byte[] bytes = read(order);
    bytes[77] ^= 1;
    order.replyTo().tell(new SnapshotPull.Chunk(order.attempt(), order.offset(), bytes));
    pass(large, bytes.length);

    SnapshotSender.GiveChunk again = order(sender);
    assertThat(again.path()).isEqualTo(large.path());
    assertThat(again.offset()).isZero();
    pass(again);
    pass(large, CHUNK);
    passAllAfter(large);
    expectEnd(null);
    assertThat(to.load(version.digest(), "cpu").description().digest()).isEqualTo(version.digest());
  }

  @Test
  void versionOfAnotherDigestIsRefusedAndNothingOfItKept() {
    Snapshot claimed =
        new Snapshot("tiny", "0".repeat(64), 7, version.snapshot().published(), Map.of());
    version = new VersionDescriptor(claimed, version.files());
    ActorRef<SnapshotSender.Order> lying = KIT.spawn(lyingSender(from, claimed.digest()));

    ActorRef<SnapshotPull.Command> pull = pull(PATIENT, lying);

    ended.expectTerminated(pull);
    assertThat(to.history()).isEmpty();
    assertThat(folder.resolve("to/tiny/staging")).isEmptyDirectory();
  }

  @Test
  void versionThatNobodyGivesIsGivenUpWithTheLastReason() {
    pull(IMPATIENT, sender.ref());
    for (int i = 0; i <= SnapshotPull.MOST_SILENCES; i++) {
      SnapshotSender.GiveChunk order = order(sender);
      order.replyTo().tell(new SnapshotPull.NoChunk(order.attempt(), "no such file"));
    }

    expectEnd("no such file");
  }

  @Test
  void versionIsReceivedOnceIntoOneFolder() {
    pull(PATIENT, sender.ref());
    order(sender);

    pull(PATIENT, other.ref());

    expectEnd("it is being received into the same folder");
    other.expectNoMessage(Duration.ZERO);
  }

  @Test
  void partsThatWereNotAskedForChangeNothing() {
    ActorRef<SnapshotPull.Command> pull = pull(PATIENT, sender.ref());
    SnapshotSender.GiveChunk order = order(sender);
    byte[] bytes = read(order);
    pull.tell(new SnapshotPull.Chunk(order.attempt() - 1, order.offset(), bytes));
    pull.tell(new SnapshotPull.Chunk(order.attempt(), order.offset() + 1, new byte[10]));
    pull.tell(new SnapshotPull.Chunk(order.attempt(), order.offset(), new byte[1 << 20]));
    pull.tell(new SnapshotPull.Chunk(order.attempt(), order.offset(), new byte[0]));

    pass(order);
    SnapshotFile first = version.files().get(0);
    pass(first, order.length());
    passAllAfter(first);
    expectEnd(null);
    assertThat(to.history()).containsExactly(version.snapshot());
  }

  private static Behavior<SnapshotSender.Order> lyingSender(SnapshotStore store, String claimed) {
    String digest = store.history().get(0).digest();
    return Behaviors.receiveMessage(
        order -> {
          SnapshotSender.GiveChunk give = (SnapshotSender.GiveChunk) order;
          assertThat(give.digest()).isEqualTo(claimed);
          byte[] bytes = store.transfer().read(digest, give.path(), give.offset(), give.length());
          give.replyTo().tell(new SnapshotPull.Chunk(give.attempt(), give.offset(), bytes));
          return Behaviors.same();
        });
  }

  private ActorRef<SnapshotPull.Command> pull(
      SnapshotPull.Pace pace, ActorRef<SnapshotSender.Order> sender) {
    return pull(pace, List.of(sender));
  }

  private ActorRef<SnapshotPull.Command> pull(
      SnapshotPull.Pace pace, List<ActorRef<SnapshotSender.Order>> senders) {
    return KIT.spawn(SnapshotPull.create(to, version, pace, senders, ended.ref()));
  }

  private void expectEnd(String failure) {
    ended.expectMessage(new SnapshotExchange.PullEnded(version.digest(), failure));
  }

  private long size() {
    return version.files().stream().mapToLong(SnapshotFile::size).sum();
  }

  /** Passes files on until the largest, which is returned, is the next. */
  private SnapshotFile skipToLargeFile() {
    for (SnapshotFile file : version.files()) {
      if (file.size() > 10L * CHUNK) {
        return file;
      }
      pass(file, 0);
    }
    throw new AssertionError("no large file");
  }

  /** Passes on what is left of a file. */
  private void pass(SnapshotFile file, long from) {
    for (long left = file.size() - from; left > 0; ) {
      left -= pass(order(sender)).length();
    }
  }

  private void passAllAfter(SnapshotFile file) {
    List<SnapshotFile> files = version.files();
    files.subList(files.indexOf(file) + 1, files.size()).forEach(next -> pass(next, 0));
  }

  private static SnapshotSender.GiveChunk order(TestProbe<SnapshotSender.Order> probe) {
    return probe.expectMessageClass(SnapshotSender.GiveChunk.class);
  }

  private byte[] read(SnapshotSender.GiveChunk order) {
    return from.transfer().read(order.digest(), order.path(), order.offset(), order.length());
  }

  /** Answers an order as a sender does. */
  private SnapshotSender.GiveChunk pass(SnapshotSender.GiveChunk order) {
    real.tell(order);
    return order;
  }
}
