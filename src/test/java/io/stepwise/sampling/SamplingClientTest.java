package io.stepwise.sampling;

import static io.stepwise.sampling.ServiceHarness.await;
import static io.stepwise.sampling.ServiceHarness.served;
import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.network.ToyModel;
import io.stepwise.sampling.GenerationStatus.State;
import io.stepwise.sampling.ServiceHarness.Gate;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

final class SamplingClientTest {

  private static final ActorTestKit KIT = Toys.newKit();

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  @Test
  void callerWhoGivesUpLeaves() {
    Gate gate = new Gate();
    ServiceHarness harness =
        new ServiceHarness(KIT, Toys.options(4), served(gate.hold(ToyModel.named("toy")), 1));
    SamplingClient hasty = new SamplingClient(harness.service, KIT.system(), Duration.ofMillis(50));

    Throwable failure =
        await(
            hasty
                .generate(GenerationRequest.builder("a").build())
                .handle((result, thrown) -> thrown));

    assertThat(failure).hasRootCauseInstanceOf(TimeoutException.class);
    awaitCancelled(harness);
    gate.open();
    harness.stop();
  }

  @RepeatedTest(20)
  void callerWhoLeavesLeavesTheOthersAlone() {
    Gate gate = new Gate();
    ServiceHarness harness =
        new ServiceHarness(KIT, Toys.options(4), served(gate.hold(ToyModel.named("toy")), 1));
    GenerationRequest.Builder request = GenerationRequest.builder("a").idempotencyKey("key");
    PendingGeneration first = harness.client.begin(request.build());
    PendingGeneration second = harness.client.begin(request.build());

    first.leave();

    assertThat(await(first.result())).isEqualTo(new GenerationResult.Cancelled("a"));
    gate.open();
    assertThat(await(second.result())).isInstanceOf(GenerationResult.Completed.class);
    harness.stop();
  }

  @Test
  void lastCallerWhoLeavesEndsTheGeneration() {
    Gate gate = new Gate();
    ServiceHarness harness =
        new ServiceHarness(KIT, Toys.options(4), served(gate.hold(ToyModel.named("toy")), 1));
    PendingGeneration pending = harness.client.begin(GenerationRequest.builder("a").build());

    pending.leave();

    awaitCancelled(harness);
    gate.open();
    harness.stop();
  }

  private static void awaitCancelled(ServiceHarness harness) {
    KIT.createTestProbe()
        .awaitAssert(
            () -> {
              assertThat(harness.status("a").state()).isEqualTo(State.CANCELLED);
              return "cancelled";
            });
  }
}
