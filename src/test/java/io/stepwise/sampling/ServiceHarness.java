package io.stepwise.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.network.ToyModel;
import io.stepwise.sampling.SamplingService.Detail;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;

/** A whole sampling service on toy models. */
final class ServiceHarness {

  static final Duration PATIENCE = Duration.ofSeconds(30);

  final ActorRef<SamplingService.Command> service;
  final SamplingClient client;
  private final ActorTestKit kit;

  /** Holds every batch until the test lets it go. */
  static final class Gate {

    private final Semaphore permits = new Semaphore(0);

    /** Returns the model with every batch held. */
    ToyModel hold(ToyModel model) {
      return model.disturbedBy(batch -> pass());
    }

    /** Waits until the test lets one more batch go. */
    void pass() {
      permits.acquireUninterruptibly();
    }

    void letThrough(int batches) {
      permits.release(batches);
    }

    void open() {
      permits.release(1_000_000);
    }
  }

  ServiceHarness(ActorTestKit kit, SamplingOptions options, ServedModel... models) {
    this(kit, options, Toys.RAW, models);
  }

  ServiceHarness(
      ActorTestKit kit, SamplingOptions options, ImageEncoder encoder, ServedModel... models) {
    this.kit = kit;
    this.service = kit.spawn(SamplingService.create(List.of(models), options, encoder));
    this.client = new SamplingClient(service, kit.system(), PATIENCE);
  }

  static ServedModel served(ToyModel model, int replicas) {
    return new ServedModel(model, new ToyPlans(), replicas, 1);
  }

  /** Asks for images and returns the probe that is told. */
  TestProbe<GenerationEvent> generate(GenerationRequest.Builder request, Detail detail) {
    TestProbe<GenerationEvent> caller = kit.createTestProbe();
    service.tell(new SamplingService.Generate(request.build(), detail, caller.ref()));
    return caller;
  }

  /** Asks for images, waits and returns them. */
  List<GeneratedImage> images(GenerationRequest.Builder request) {
    GenerationResult result = await(client.generate(request.build()));
    assertThat(result).isInstanceOf(GenerationResult.Completed.class);
    return ((GenerationResult.Completed) result).images();
  }

  GenerationStatus status(String id) {
    return await(client.generation(Client.ANYBODY, id)).orElseThrow();
  }

  void stop() {
    kit.stop(service);
  }

  static <T> T await(CompletionStage<T> stage) {
    try {
      return stage.toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }
}
