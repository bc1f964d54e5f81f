package io.stepwise.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.snapshot.Snapshot;
import io.stepwise.training.SampleGrid;
import io.stepwise.training.Trainer;
import io.stepwise.training.TrainingClient;
import io.stepwise.training.TrainingEvent;
import io.stepwise.training.TrainingSamples;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

final class TrainingWatchTest {

  private static final ActorTestKit KIT = ActorTestKit.create();

  private final TestProbe<Trainer.Command> trainer = KIT.createTestProbe(Trainer.Command.class);
  private final TestProbe<TrainingEvent> self = KIT.createTestProbe(TrainingEvent.class);
  private final Outbox<SocketMessage> outbox = new Outbox<>();
  private final TrainingWatch watch =
      new TrainingWatch(new TrainingClient(trainer.ref(), KIT.system()), self::ref, outbox);

  @AfterAll
  static void endActors() {
    KIT.shutdownTestKit();
  }

  @Test
  void slowReaderGetsTheNewestSamplesAlone() {
    watch.want(true);
    for (int step = 1; step <= 1000; step++) {
      watch.onEvent(samples(step));
      assertThat(outbox.size()).isEqualTo(1);
    }

    assertThat(next()).isEqualTo(1000);
    assertThat(outbox.isEmpty()).isTrue();
    watch.onEvent(samples(1001));
    assertThat(next()).isEqualTo(1001);
  }

  @Test
  void whoLeavesIsToldNothingThatWaitsOrComes() {
    watch.want(true);
    watch.onEvent(samples(1));

    watch.want(false);

    assertThat(outbox.isEmpty()).isTrue();
    watch.onEvent(samples(2));
    assertThat(outbox.isEmpty()).isTrue();
    assertThat(trainer.receiveMessage()).isEqualTo(new Trainer.Watch(self.ref()));
    assertThat(trainer.receiveMessage()).isEqualTo(new Trainer.Unwatch(self.ref()));
  }

  @Test
  void whoWatchesTwiceIsAWatcherOnce() {
    watch.want(true);
    watch.want(true);
    watch.want(false);
    watch.want(false);

    assertThat(trainer.receiveMessage()).isInstanceOf(Trainer.Watch.class);
    assertThat(trainer.receiveMessage()).isInstanceOf(Trainer.Unwatch.class);
    trainer.expectNoMessage();
  }

  private int next() {
    Optional<Outbox.Next<SocketMessage>> next = outbox.next();
    SocketMessage message = ((Outbox.Next.Send<SocketMessage>) next.orElseThrow()).message();
    assertThat(message.png()).isNotNull();
    return ((SocketJson.Samples) message.json()).step();
  }

  private static TrainingSamples samples(int step) {
    return new TrainingSamples(
        new Snapshot("toy", "0".repeat(64), step, Instant.EPOCH, Map.of()),
        List.of(),
        new SampleGrid(new byte[] {(byte) step}, 1, 1, 1));
  }
}
