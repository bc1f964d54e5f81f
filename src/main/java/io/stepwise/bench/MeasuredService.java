package io.stepwise.bench;

import com.typesafe.config.Config;
import io.stepwise.cluster.ClusterConfig;
import io.stepwise.cluster.Placement;
import io.stepwise.cluster.SharedSnapshots;
import io.stepwise.sampling.GenerationRequest;
import io.stepwise.sampling.GenerationResult;
import io.stepwise.sampling.ImageEncoder;
import io.stepwise.sampling.SamplingClient;
import io.stepwise.sampling.SamplingListener;
import io.stepwise.sampling.SamplingOptions;
import io.stepwise.sampling.SamplingService;
import io.stepwise.sampling.ServedModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** The sampling service in this process, with nothing in front of it. */
final class MeasuredService implements AutoCloseable {

  /** Images of one request. */
  static final int IMAGES = 16;

  private static final Duration LONGEST = Duration.ofHours(1);
  private static final int BATCHES_IN_FLIGHT = 2;
  private static final int MAX_ATTEMPTS = 4;
  private static final int MAX_IMAGES = 100_000;
  private static final int FINISHERS = 1;

  private final ActorSystem<SamplingService.Command> system;
  private final SamplingClient client;
  private int requests;

  private MeasuredService(ActorSystem<SamplingService.Command> system) {
    this.system = system;
    this.client = new SamplingClient(system, system, LONGEST.plusMinutes(1));
  }

  /**
   * Starts a service of one model that takes requests as they come.
   *
   * @param batchSize most network rows in one step
   */
  static MeasuredService start(ServedModel model, int batchSize, ImageEncoder encoder) {
    return start(model, batchSize, encoder, "fifo");
  }

  /**
   * Starts a service of one model.
   *
   * @param batchSize most network rows in one step
   * @param policy whose turn it is, by its name in the settings
   */
  static MeasuredService start(
      ServedModel model, int batchSize, ImageEncoder encoder, String policy) {
    SamplingOptions options = options(model, batchSize, policy);
    return new MeasuredService(
        ActorSystem.create(SamplingService.create(List.of(model), options, encoder), "bench"));
  }

  /**
   * Starts a service of one model whose images are made by the samplers of its cluster and are no
   * files.
   *
   * @param node makes its system a node
   */
  static MeasuredService startGateway(ServedModel model, int batchSize, Config node) {
    return new MeasuredService(
        ActorSystem.create(
            Behaviors.setup(
                context ->
                    SamplingService.create(
                        List.of(model),
                        options(model, batchSize, "fifo"),
                        IdleModel.NO_FILES,
                        SamplingListener.NONE,
                        Placement.source(SharedSnapshots.none(context.getSystem())))),
            ClusterConfig.SYSTEM,
            node));
  }

  /** Returns what a service or a sampler of one model runs by. */
  static SamplingOptions options(ServedModel model, int batchSize, String policy) {
    return new SamplingOptions(
        new SamplingOptions.Requests(
            IMAGES, model.plans().maxSteps(), model.plans().maxSteps(), LONGEST, LONGEST),
        new SamplingOptions.Replicas(
            batchSize,
            BATCHES_IN_FLIGHT,
            MAX_ATTEMPTS,
            LONGEST,
            Duration.ofMillis(200),
            Duration.ofSeconds(5),
            0),
        policy,
        MAX_IMAGES,
        FINISHERS);
  }

  ActorSystem<SamplingService.Command> system() {
    return system;
  }

  SamplingClient client() {
    return client;
  }

  /** Asks for one image and completes when it is there, or exceptionally. */
  CompletionStage<Void> generateOne(int steps, long seed) {
    return client
        .generate(GenerationRequest.builder("bench-" + seed).steps(steps).seed(seed).build())
        .thenAccept(MeasuredService::requireWhole);
  }

  /**
   * Makes images, all asked for at once, and returns when the last one is there.
   *
   * @param images how many, rounded up to whole requests
   * @return how many were made
   * @throws IllegalStateException if one could not be made
   */
  int generate(int images, int steps) {
    List<CompletionStage<GenerationResult>> answers = new ArrayList<>();
    for (int asked = 0; asked < images; asked += IMAGES) {
      answers.add(
          client.generate(
              GenerationRequest.builder("bench-" + requests)
                  .n(IMAGES)
                  .steps(steps)
                  .seed((long) requests++)
                  .build()));
    }
    answers.forEach(answer -> requireWhole(answer.toCompletableFuture().join()));
    return answers.size() * IMAGES;
  }

  /**
   * Checks that a request was answered with all of its images.
   *
   * @throws IllegalStateException if it was not
   */
  static void requireWhole(GenerationResult result) {
    if (!(result instanceof GenerationResult.Completed completed)
        || !completed.failures().isEmpty()) {
      throw new IllegalStateException("result: " + result + " (expected: all images)");
    }
  }

  @Override
  public void close() {
    system.terminate();
    system.getWhenTerminated().toCompletableFuture().join();
  }
}
