package io.stepwise.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** 200 websockets, 20 of which never read; {@link StreamSoak} runs by hand for longer. */
class SoakIT {

  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final int READERS = 180;
  private static final int SILENT = 20;
  private static final int GENERATIONS = 2;

  /** More than the buffers of the network hold for one connection, with what is on its way. */
  private static final int MOST_ENCODED = 24;

  @AfterAll
  static void stopSystem() {
    KIT.shutdownTestKit();
  }

  @Test
  void clientsThatNeverReadCostLittleAndDisturbNobody() {
    try (StreamSoak soak = new StreamSoak(Duration.ofMillis(200))) {
      soak.addSilent(SILENT);
      soak.addReaders(READERS);
      KIT.createTestProbe()
          .awaitAssert(
              Duration.ofMinutes(2),
              Duration.ofMillis(200),
              () -> {
                assertThat(soak.readers())
                    .allSatisfy(r -> assertThat(r.ended()).isGreaterThanOrEqualTo(GENERATIONS));
                return Done.getInstance();
              });
      assertThat(soak.readers())
          .allSatisfy(
              reader -> {
                assertThat(reader.problems()).isZero();
                assertThat(reader.steps()).isGreaterThanOrEqualTo(GENERATIONS);
                int ended = reader.ended();
                assertThat(reader.images()).isGreaterThanOrEqualTo(ended);
              });
      assertThat(soak.sockets()).isEqualTo(READERS + SILENT);
      int told = SILENT * StreamSoak.MOST_IMAGES * (StreamSoak.STEPS - 1);
      assertThat(soak.rendersForSilent()).isLessThan(SILENT * MOST_ENCODED).isLessThan(told / 5);
    }
  }
}
