package io.stepwise.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.stepwise.network.DenoisingModel;
import io.stepwise.network.FolderModel;
import io.stepwise.network.ModelDescription;
import io.stepwise.network.NetworkException;
import io.stepwise.network.StepInput;
import io.stepwise.network.StepKernel;
import io.stepwise.network.StepOutput;
import io.stepwise.sampling.GenerationEvent;
import io.stepwise.sampling.GenerationRequest;
import io.stepwise.sampling.GenerationResult;
import io.stepwise.sampling.Previews;
import io.stepwise.sampling.SamplingClient;
import io.stepwise.sampling.SamplingOptions;
import io.stepwise.sampling.SamplingService;
import io.stepwise.sampling.ServedModel;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.Test;

/** The shipped model gives one request the same pixels, whatever else happens. */
final class SamePixelsIT {

  private static final float TOLERANCE = 1e-3f;
  private static final SamplingOptions OPTIONS =
      new SamplingOptions(
          new SamplingOptions.Requests(8, 1000, 20, Duration.ofMinutes(5), Duration.ofMinutes(5)),
          new SamplingOptions.Replicas(
              16, 2, 8, Duration.ofMinutes(1), Duration.ofMillis(10), Duration.ofMillis(20), 0),
          "deadline",
          1000,
          2);

  private final FolderModel model = ModelLibrary.open("fashion-mnist", "cpu");

  @Test
  void aloneWatchedInAMixedBatchUnderKillsAndOnTwoReplicas() {
    List<float[]> alone = images(model, 1, false);

    assertClose(watchedImages(Previews.Kind.DENOISED), alone);
    assertClose(watchedImages(Previews.Kind.NOISY), alone);
    assertClose(images(model, 1, true), alone);
    assertClose(images(model, 2, true), alone);
    KilledModel killed = new KilledModel(model, 3);
    assertClose(images(killed, 1, true), alone);
    assertThat(killed.kills).hasValue(3);
  }

  @Test
  void everySolverInAMixedBatchGivesWhatItGivesAlone() {
    List<GenerationRequest> requests =
        List.of(
            solver("ddpm", 1000, 1),
            solver("dpmpp", 20, 3),
            solver("heun", 10, 1),
            solver("unipc", 10, 2),
            solver("pndm", 6, 1),
            solver("lcm", 4, 1),
            solver("renoising", 5, 1),
            solver("euler-ancestral", 12, 1.5),
            solver("ddim", 1, 1));
    List<float[]> together = samples(requests);
    for (int i = 0; i < requests.size(); i++) {
      float[] alone = samples(List.of(requests.get(i))).get(0);
      assertClose(List.of(together.get(i)), List.of(alone));
    }
  }

  private static GenerationRequest solver(String solver, int steps, double guidance) {
    return GenerationRequest.builder(solver)
        .prompt("dress")
        .seed(3L)
        .solver(solver)
        .steps(steps)
        .guidance(guidance)
        .build();
  }

  /** Returns the first sample of each request, all asked for at once. */
  private List<float[]> samples(List<GenerationRequest> requests) {
    ActorSystem<SamplingService.Command> system = service(model, 1);
    try {
      SamplingClient client = new SamplingClient(system, system, Duration.ofMinutes(5));
      List<CompletionStage<GenerationResult>> answers =
          requests.stream().map(client::generate).toList();
      return answers.stream()
          .map(answer -> samples(answer.toCompletableFuture().join()).get(0))
          .toList();
    } finally {
      end(system);
    }
  }

  private static List<float[]> samples(GenerationResult result) {
    assertThat(result).isInstanceOf(GenerationResult.Completed.class);
    return ((GenerationResult.Completed) result)
        .images().stream().map(image -> floats(image.png())).toList();
  }

  private static ActorSystem<SamplingService.Command> service(DenoisingModel model, int replicas) {
    return ActorSystem.create(
        SamplingService.create(
            List.of(ServedModel.of(model, replicas, 1)),
            OPTIONS,
            (sample, shape, parameters) -> bytes(sample)),
        "same-pixels");
  }

  private static void end(ActorSystem<SamplingService.Command> system) {
    system.terminate();
    system.getWhenTerminated().toCompletableFuture().join();
  }

  /** Returns the samples of one request, drawn beside others or not. */
  private static List<float[]> images(DenoisingModel model, int replicas, boolean hasOthers) {
    ActorSystem<SamplingService.Command> system = service(model, replicas);
    try {
      SamplingClient client = new SamplingClient(system, system, Duration.ofMinutes(5));
      List<CompletionStage<GenerationResult>> others = new ArrayList<>();
      for (int i = 0; hasOthers && i < 6; i++) {
        others.add(
            client.generate(
                GenerationRequest.builder("other-" + i)
                    .prompt("class:" + i)
                    .n(2)
                    .seed((long) i)
                    .steps(9 + 4 * i)
                    .solver(i % 2 == 0 ? "ddpm" : "ddim")
                    .guidance(i % 3 == 0 ? 1.0 : 2.5)
                    .build()));
      }
      GenerationResult result = client.generate(request().build()).toCompletableFuture().join();
      others.forEach(
          other ->
              assertThat(other.toCompletableFuture().join())
                  .isInstanceOf(GenerationResult.Completed.class));
      return samples(result);
    } finally {
      end(system);
    }
  }

  private static GenerationRequest.Builder request() {
    return GenerationRequest.builder("watched")
        .prompt("ankle-boot")
        .n(3)
        .seed(42L)
        .steps(20)
        .solver("ddim")
        .eta(0.7)
        .guidance(3.0);
  }

  /** Returns the samples of the same request with every step shown and drawn. */
  private List<float[]> watchedImages(Previews.Kind kind) {
    ActorSystem<SamplingService.Command> system = service(model, 1);
    try {
      SamplingClient client = new SamplingClient(system, system, Duration.ofMinutes(5));
      Viewer viewer = new Viewer(client);
      ActorRef<GenerationEvent> listener =
          system.systemActorOf(viewer.behavior(), "viewer", Props.empty());
      client.generate(
          request().previews(new Previews(1, kind)).build(),
          SamplingService.Detail.STEPS,
          listener);
      List<float[]> samples = samples(viewer.result.join());
      assertThat(viewer.drawn).as("previews of 3 images at all steps but the last").hasSize(57);
      viewer.drawn.forEach(png -> assertThat(png.toCompletableFuture().join()).isNotEmpty());
      return samples;
    } finally {
      end(system);
    }
  }

  private static void assertClose(List<float[]> actual, List<float[]> expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < expected.size(); i++) {
      for (int p = 0; p < expected.get(i).length; p++) {
        assertThat(actual.get(i)[p]).isCloseTo(expected.get(i)[p], within(TOLERANCE));
      }
    }
  }

  private static byte[] bytes(float[] values) {
    ByteBuffer buffer = ByteBuffer.allocate(4 * values.length);
    buffer.asFloatBuffer().put(values);
    return buffer.array();
  }

  private static float[] floats(byte[] bytes) {
    float[] values = new float[bytes.length / 4];
    ByteBuffer.wrap(bytes).asFloatBuffer().get(values);
    return values;
  }

  /** Has a PNG made of all that it is shown. */
  private static final class Viewer {

    private final SamplingClient client;
    private final List<CompletionStage<byte[]>> drawn = new CopyOnWriteArrayList<>();
    private final CompletableFuture<GenerationResult> result = new CompletableFuture<>();

    Viewer(SamplingClient client) {
      this.client = client;
    }

    Behavior<GenerationEvent> behavior() {
      return Behaviors.receiveMessage(
          event -> {
            if (event instanceof GenerationResult end) {
              result.complete(end);
            } else if (event instanceof GenerationEvent.StepFinished step
                && step.preview() != null) {
              drawn.add(client.render(step.preview()));
            }
            return Behaviors.same();
          });
    }
  }

  /** A model whose replicas die at every seventh step, so many times in all. */
  private record KilledModel(DenoisingModel model, int limit, AtomicInteger kills)
      implements DenoisingModel {

    KilledModel(DenoisingModel model, int limit) {
      this(model, limit, new AtomicInteger());
    }

    @Override
    public ModelDescription description() {
      return model.description();
    }

    @Override
    public StepKernel openKernel(int threads) {
      StepKernel kernel = model.openKernel(threads);
      AtomicInteger steps = new AtomicInteger();
      return new StepKernel() {
        @Override
        public String digest() {
          return kernel.digest();
        }

        @Override
        public List<StepOutput> run(List<StepInput> batch) {
          if (steps.incrementAndGet() % 7 == 0 && kills.get() < limit) {
            kills.incrementAndGet();
            throw new NetworkException("killed");
          }
          return kernel.run(batch);
        }

        @Override
        public void close() {
          kernel.close();
        }
      };
    }
  }
}
