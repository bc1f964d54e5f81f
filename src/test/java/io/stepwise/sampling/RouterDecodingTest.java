package io.stepwise.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.pattern.StatusReply;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Previews of a latent model on their way through the router. */
final class RouterDecodingTest {

  private static final ActorTestKit KIT = Toys.newKitWithManualTime();

  private final TestProbe<Renderer.News> renderer = KIT.createTestProbe();
  private final RouterHarness harness = new RouterHarness(KIT, Toys.options(2), 1);
  private final ManualTime time = ManualTime.get(KIT.system());

  @AfterEach
  void stopRouter() {
    harness.stop();
  }

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  @Test
  void previewsThatWaitGoTogetherWhenThoseBeforeThemAreBack() {
    RouterHarness.StandIn replica = harness.readyReplica();
    decode(0);
    Replica.Decode first = replica.nextDecode();
    IntStream.rangeClosed(1, 10).forEach(this::decode);
    replica.expectNothing();

    replica.finish(first);
    Replica.Decode second = replica.nextDecode();
    replica.finish(second);
    Replica.Decode third = replica.nextDecode();
    replica.finish(third);

    assertThat(List.of(first.states().size(), second.states().size(), third.states().size()))
        .containsExactly(1, 8, 2);
    for (int i = 0; i <= 10; i++) {
      Renderer.Decoded decoded = renderer.expectMessageClass(Renderer.Decoded.class);
      assertThat(decoded.id()).isEqualTo(i);
      assertThat(decoded.image()).containsExactly(i);
    }
  }

  @Test
  void stepsGoOnWhilePreviewsAreDecoded() {
    RouterHarness.StandIn replica = harness.readyReplica();
    harness.enqueue("a", 4, 2);
    Replica.RunBatch running = replica.nextBatch();
    Replica.RunBatch next = replica.nextBatch();
    decode(0);
    replica.expectNothing();

    replica.finish(running);
    Replica.Decode preview = replica.nextDecode();
    replica.finish(next);
    assertThat(replica.nextNames()).containsExactly("a0@1", "a1@1");
    replica.finish(preview);
    assertThat(replica.nextNames()).containsExactly("a2@1", "a3@1");
  }

  @Test
  void previewsAreLostWithTheirReplicaAndNoImageIsToBlame() {
    RouterHarness.StandIn replica = harness.readyReplica();
    decode(7);
    replica.nextDecode();
    harness.enqueue("a", 2, 2);
    assertThat(replica.nextNames()).containsExactly("a0@0", "a1@0");

    replica.ready(2);

    String reason = "the preview was lost with its replica: its replica was started anew";
    renderer.expectMessage(new Renderer.NotDecoded(7, reason));
    assertThat(replica.nextNames()).as("a batch that is not split").containsExactly("a0@0", "a1@0");
    harness.expectSilence();
  }

  @Test
  void previewsAreRefusedWhereNoReplicaCanWork() {
    RouterHarness.StandIn replica = harness.spawned();
    decode(7);

    String reason = "no replica can decode the preview";
    renderer.expectMessage(new Renderer.NotDecoded(7, reason));
    replica.ready(1);
    replica.expectNothing();
  }

  @Test
  void previewThatCannotBeDecodedIsToldSo() {
    RouterHarness.StandIn replica = harness.readyReplica();
    decode(7);
    Replica.Decode call = replica.nextDecode();
    harness.router.tell(
        new Router.Decoded(replica.slot, call.batchId(), StatusReply.error("broken")));

    renderer.expectMessage(new Renderer.NotDecoded(7, "broken"));
    assertThat(harness.readiness(0).state()).isEqualTo(ModelReadiness.State.READY);
  }

  @Test
  void replicaThatHangsOnAPreviewIsReplaced() {
    RouterHarness.StandIn replica = harness.readyReplica();
    decode(7);
    Replica.Decode call = replica.nextDecode();
    harness.settle();
    time.timePasses(Toys.BATCH_DEADLINE);

    assertThat(renderer.expectMessageClass(Renderer.NotDecoded.class).reason())
        .isEqualTo("the preview was lost with its replica: a batch ran for more than 30000 ms");
    harness.spawned();
    replica.finish(call);
    harness.settle();
    renderer.expectNoMessage(Duration.ZERO);
  }

  private void decode(int id) {
    harness.router.tell(new Router.Decode(id, Toys.WEIGHTS, new float[] {id}, renderer.ref()));
  }
}
