package io.stepwise.sampling;

import static io.stepwise.sampling.ServiceHarness.await;
import static io.stepwise.sampling.ServiceHarness.served;
import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.network.NetworkException;
import io.stepwise.network.ToyModel;
import io.stepwise.sampling.GenerationEvent.Accepted;
import io.stepwise.sampling.GenerationEvent.ImageFinished;
import io.stepwise.sampling.SamplingService.Detail;
import io.stepwise.sampling.ServiceHarness.Gate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same request made twice costs once. */
final class IdempotencyTest {

  private static final ActorTestKit KIT = Toys.newKit();
  private static final Client ANN = new Client("ann", "here");

  private final Gate gate = new Gate();
  private final AtomicInteger imageSteps = new AtomicInteger();
  private final AtomicBoolean fails = new AtomicBoolean();
  private final ServiceHarness harness =
      new ServiceHarness(
          KIT,
          Toys.options(4),
          served(
              ToyModel.named("toy")
                  .disturbedBy(
                      batch -> {
                        gate.pass();
                        imageSteps.addAndGet(batch.size());
                        if (fails.get()) {
                          throw new NetworkException("poison");
                        }
                      }),
              1));

  @AfterEach
  void stopService() {
    gate.open();
    harness.stop();
  }

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  @Test
  void repeatedRequestJoinsTheRunningOne() {
    CompletionStage<GenerationResult> first = harness.client.generate(request("a").build());
    CompletionStage<GenerationResult> second = harness.client.generate(request("b").build());
    assertThat(await(harness.client.fleet()).unfinishedImages()).isEqualTo(2);
    gate.open();

    assertThat(await(first)).isInstanceOf(GenerationResult.Completed.class);
    assertThat(await(second)).isSameAs(await(first));
    assertThat(imageSteps).hasValue(2 * 3);
  }

  @Test
  void joinedGenerationGoesByBothIds() {
    harness.client.generate(request("a").build());
    CompletionStage<GenerationResult> second = harness.client.generate(request("b").build());

    assertThat(await(harness.client.generation(ANN, "b")).orElseThrow().id()).isEqualTo("a");
    assertThat(await(harness.client.cancel(ANN, "b"))).isEqualTo(CancelOutcome.CANCELLED);
    assertThat(await(second)).isEqualTo(new GenerationResult.Cancelled("a"));
  }

  @Test
  void repeatedRequestIsToldTheKeptResultWithAllThatItWouldHaveHeard() {
    gate.open();
    GenerationResult first = await(harness.client.generate(request("a").build()));
    TestProbe<GenerationEvent> again =
        harness.generate(request("b").client(new Client("ann", "elsewhere")), Detail.STEPS);

    assertThat(again.expectMessageClass(Accepted.class).images()).isEqualTo(2);
    assertThat(again.expectMessageClass(ImageFinished.class).image().index()).isZero();
    assertThat(again.expectMessageClass(ImageFinished.class).image().index()).isEqualTo(1);
    again.expectMessage(first);
    again.expectNoMessage(Duration.ZERO);
    assertThat(imageSteps).hasValue(2 * 3);
    assertThat(await(harness.client.result(ANN, "a"))).contains(first);
  }

  @Test
  void keyOfAnotherRequestIsAConflict() {
    CompletionStage<GenerationResult> first = harness.client.generate(request("a").build());
    GenerationResult conflict =
        new GenerationResult.KeyReused(
            "b", "Idempotency-Key: \"key\" (expected: the request that it was first used for)");

    assertThat(await(harness.client.generate(request("b").steps(4).build()))).isEqualTo(conflict);
    gate.open();
    await(first);
    assertThat(await(harness.client.generate(request("b").seed(1L).build()))).isEqualTo(conflict);
    assertThat(imageSteps).hasValue(2 * 3);
  }

  @Test
  void keyOfAnotherOwnerIsAnotherKey() {
    gate.open();
    GenerationResult anns = await(harness.client.generate(request("a").build()));
    GenerationResult bobs =
        await(harness.client.generate(request("b").client(new Client("bob", "here")).build()));

    assertThat(bobs).isNotEqualTo(anns).isInstanceOf(GenerationResult.Completed.class);
    assertThat(bobs.id()).isEqualTo("b");
  }

  @Test
  void generationWithoutImagesDoesNotBindItsKey() {
    fails.set(true);
    gate.open();
    assertThat(await(harness.client.generate(request("a").build())))
        .isInstanceOf(GenerationResult.Failed.class);
    fails.set(false);

    assertThat(await(harness.client.generate(request("b").steps(4).build())))
        .isInstanceOf(GenerationResult.Completed.class);
  }

  @Test
  void cancelledGenerationDoesNotBindItsKey() {
    harness.client.generate(request("a").build());
    await(harness.client.cancel(ANN, "a"));
    gate.open();

    assertThat(await(harness.client.generate(request("b").build())).id()).isEqualTo("b");
  }

  @Test
  void generationIsNotJoinedWithoutEnd() {
    List<CompletionStage<GenerationResult>> results = new ArrayList<>();
    for (int i = 0; i <= RunningGenerations.MOST_JOINS; i++) {
      results.add(harness.client.generate(request("g-" + i).build()));
    }
    GenerationResult refused = await(harness.client.generate(request("more").build()));
    gate.open();

    assertThat(refused)
        .isInstanceOfSatisfying(
            GenerationResult.Refused.class,
            tooMany -> assertThat(tooMany.reason()).isEqualTo(RefusalReason.QUEUE_FULL));
    assertThat(results).allMatch(result -> await(result).id().equals("g-0"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "two words", "größe", "line\n"})
  void keyIsVisibleAscii(String key) {
    GenerationResult result =
        await(harness.client.generate(request("a").idempotencyKey(key).build()));

    assertThat(result)
        .isEqualTo(
            new GenerationResult.Invalid(
                "a",
                "Idempotency-Key",
                "Idempotency-Key: \"" + key + "\" (expected: 1 to 255 visible ASCII characters)"));
  }

  @Test
  void keyOf255CharactersIsTakenAndOneOf256IsNot() {
    gate.open();

    assertThat(await(harness.client.generate(request("a").idempotencyKey("k".repeat(255)).build())))
        .isInstanceOf(GenerationResult.Completed.class);
    assertThat(await(harness.client.generate(request("b").idempotencyKey("k".repeat(256)).build())))
        .isInstanceOf(GenerationResult.Invalid.class);
  }

  private static GenerationRequest.Builder request(String id) {
    return GenerationRequest.builder(id).client(ANN).n(2).steps(3).idempotencyKey("key");
  }
}
