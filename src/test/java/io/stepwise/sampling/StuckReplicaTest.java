package io.stepwise.sampling;

import static io.stepwise.sampling.ServiceHarness.await;
import static io.stepwise.sampling.ServiceHarness.served;
import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.network.ToyModel;
import io.stepwise.sampling.ModelReadiness.State;
import io.stepwise.sampling.SamplingService.Detail;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Replicas that hang in native code, with threads that really hang. */
final class StuckReplicaTest {

  private static final ActorTestKit KIT = Toys.newKitWithManualTime();

  private final ManualTime time = ManualTime.get(KIT.system());
  private final Semaphore entered = new Semaphore(0);
  private final Semaphore letGo = new Semaphore(0);

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  @Test
  void imageGoesOnElsewhereAndTheSlotIsGivenUpUntilAThreadReturns() throws Exception {
    ToyModel hanging = ToyModel.named("toy").disturbedBy(batch -> hang());
    ServiceHarness harness = new ServiceHarness(KIT, Toys.options(4), served(hanging, 1));
    GenerationRequest.Builder request = GenerationRequest.builder("a").seed(1L).steps(3);
    TestProbe<GenerationEvent> caller = harness.generate(request, Detail.RESULT);

    passTheDeadlineOfAHangingBatch();
    passTheDeadlineOfAHangingBatch();

    ModelReadiness.Replica replica = givenUp(harness);
    assertThat(replica.detail())
        .isEqualTo("a batch ran for more than 30000 ms; 2 replicas hang (expected: at most 1)");
    assertThat(hanging.open()).isEqualTo(2);
    letGo.release(1000);
    GenerationResult.Completed completed =
        caller.expectMessageClass(GenerationResult.Completed.class);
    ServiceHarness undisturbed =
        new ServiceHarness(KIT, Toys.options(4), served(ToyModel.named("toy"), 1));
    assertThat(completed.images().get(0).png()).isEqualTo(undisturbed.images(request).get(0).png());
    harness.stop();
    undisturbed.stop();
    assertThat(hanging.open()).isZero();
  }

  private ModelReadiness.Replica givenUp(ServiceHarness harness) {
    return KIT.createTestProbe()
        .awaitAssert(
            () -> {
              Readiness readiness = await(harness.client.readiness());
              assertThat(readiness.models().get(0).unavailable()).isTrue();
              ModelReadiness.Replica replica = readiness.models().get(0).replicas().get(0);
              assertThat(replica.state()).isEqualTo(State.GIVEN_UP);
              return replica;
            });
  }

  private void passTheDeadlineOfAHangingBatch() throws InterruptedException {
    assertThat(entered.tryAcquire(30, TimeUnit.SECONDS)).isTrue();
    time.timePasses(Toys.BATCH_DEADLINE);
  }

  private void hang() {
    entered.release();
    letGo.acquireUninterruptibly();
  }
}
