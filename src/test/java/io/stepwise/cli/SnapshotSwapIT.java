package io.stepwise.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.stepwise.image.Png;
import io.stepwise.network.ModelFiles;
import io.stepwise.network.Safetensors;
import io.stepwise.network.TensorData;
import io.stepwise.sampling.Activation;
import io.stepwise.sampling.GeneratedImage;
import io.stepwise.sampling.GenerationEvent;
import io.stepwise.sampling.GenerationRequest;
import io.stepwise.sampling.GenerationResult;
import io.stepwise.sampling.SamplingOptions;
import io.stepwise.sampling.ServedModel;
import io.stepwise.sampling.VersionStore;
import io.stepwise.snapshot.Snapshot;
import io.stepwise.snapshot.SnapshotContent;
import io.stepwise.snapshot.SnapshotStore;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shipped network whose weights change again and again while it makes images. */
final class SnapshotSwapIT {

  private static final String MODEL = "fashion-mnist";
  private static final int SWAPS = 24;
  private static final int STEPS = 20;
  private static final long SEEDS = 2;

  /** In [-1, 1]: a rounding of the last PNG bit is 1/127.5, and none may differ. */
  private static final float MOST_DIFFERENCE = 1e-3f;

  private static final long MOST_GROWTH_KIB = 40L << 10;
  private static final Duration HOUR = Duration.ofHours(1);

  @TempDir Path folder;

  private final Map<String, Map<Long, float[]>> references = new HashMap<>();
  private final Set<String> seen = new HashSet<>();
  private int requests;

  @Test
  void everyImageIsOfOneVersion() throws IOException {
    SnapshotStore store = storeOfThree();
    List<String> digests = store.history().stream().map(Snapshot::digest).toList();
    digests.forEach(digest -> references.put(digest, references(store, digest)));
    ServedModel model =
        ServedModel.of(
                SnapshotStores.current(store, ModelLibrary.open(MODEL, "cpu").description(), "cpu"),
                1,
                1)
            .versionedIn(VersionStore.of(store, "cpu"));

    long quietPause;
    long swapPause;
    try (SamplingSystem system = SamplingSystem.start(List.of(model), options())) {
      AtomicLong longest = new AtomicLong();
      make(system, 10, new AtomicLong());
      make(system, 10, longest);
      quietPause = longest.getAndSet(0);
      for (int swap = 0; swap < SWAPS; swap++) {
        String digest = digests.get(swap % digests.size());
        CompletionStage<Activation> activation = system.client().activate(MODEL, digest, null);
        do {
          make(system, 2, longest);
        } while (!activation.toCompletableFuture().isDone());
        assertThat(activation.toCompletableFuture().join())
            .isEqualTo(new Activation.Activated(digest));
      }
      swapPause = longest.get();
      assertThat(store.current().orElseThrow().digest())
          .isEqualTo(digests.get((SWAPS - 1) % digests.size()));
    }
    System.out.printf(
        "longest pause between two steps of an image: %d ms, with swaps %d ms%n",
        quietPause / 1_000_000, swapPause / 1_000_000);
    assertThat(seen).hasSize(3);
  }

  /** In a process of its own, whose heap is resident from the beginning: what grows is native. */
  @Test
  void swapsKeepNoMemory() throws IOException, InterruptedException {
    List<String> digests = storeOfThree().history().stream().map(Snapshot::digest).toList();
    try (ServerProcess server =
        ServerProcess.start(
            List.of(),
            Map.of(
                "STEPWISE_SNAPSHOTS_FOLDER",
                folder.toString(),
                "STEPWISE_SAMPLING_MAX_BATCH_SIZE",
                "4"))) {
      server.awaitReady();
      String url = server.uri("").toString();
      long before = 0;
      for (int swap = 0; swap < SWAPS; swap++) {
        CompletableFuture<HttpResponse<String>> images =
            server.generate("{\"prompt\": \"bag\", \"n\": 4, \"steps\": %d}".formatted(STEPS));
        String digest = digests.get(swap % digests.size());
        CommandResult activated =
            CommandResult.of("models", "activate", MODEL, digest, "--url", url);
        assertThat(activated.exitCode()).as(activated.err()).isZero();
        assertThat(images.join().statusCode()).isEqualTo(200);
        if (swap == SWAPS / 4) {
          before = server.residentKiB();
        }
      }
      assertThat(server.residentKiB() - before).isLessThan(MOST_GROWTH_KIB);
    }
  }

  private SnapshotStore storeOfThree() {
    SnapshotStore store = SnapshotStore.open(folder, MODEL, SWAPS);
    store.importBase(ModelLibrary.folder(MODEL));
    store.add(version(1));
    store.add(version(2));
    assertThat(store.history()).extracting(Snapshot::digest).hasSize(3).doesNotHaveDuplicates();
    return store;
  }

  /** Makes images of two seeds, and notes the longest time between two steps of one. */
  private void make(SamplingSystem system, int times, AtomicLong longest) {
    List<CompletionStage<GenerationResult>> results = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      AtomicLong last = new AtomicLong();
      results.add(
          system.generate(
              request("r-" + ++requests, i % SEEDS), event -> note(event, last, longest)));
    }
    results.forEach(result -> check(result.toCompletableFuture().join()));
  }

  private static void note(GenerationEvent event, AtomicLong last, AtomicLong longest) {
    if (event instanceof GenerationEvent.StepFinished) {
      long now = System.nanoTime();
      long before = last.getAndSet(now);
      if (before != 0) {
        longest.accumulateAndGet(now - before, Math::max);
      }
    }
  }

  private void check(GenerationResult result) {
    assertThat(result).isInstanceOf(GenerationResult.Completed.class);
    GenerationResult.Completed completed = (GenerationResult.Completed) result;
    GeneratedImage image = completed.images().get(0);
    seen.add(completed.snapshot());
    assertThat(pixels(image))
        .as("seed %d of the version %s", image.seed(), completed.snapshot())
        .containsExactly(
            references.get(completed.snapshot()).get(image.seed()), within(MOST_DIFFERENCE));
  }

  /** Makes the images on a service that has no other version. */
  private static Map<Long, float[]> references(SnapshotStore store, String digest) {
    ServedModel only = ServedModel.of(store.load(digest, "cpu"), 1, 1);
    Map<Long, float[]> images = new HashMap<>();
    try (SamplingSystem system = SamplingSystem.start(List.of(only), options())) {
      for (long seed = 0; seed < SEEDS; seed++) {
        GenerationResult result =
            system
                .generate(request("reference-" + seed, seed), event -> {})
                .toCompletableFuture()
                .join();
        images.put(seed, pixels(((GenerationResult.Completed) result).images().get(0)));
      }
    }
    assertThat(images.get(0L)).isNotEqualTo(images.get(1L));
    return images;
  }

  private static GenerationRequest request(String id, long seed) {
    return GenerationRequest.builder(id).n(1).steps(STEPS).seed(seed).build();
  }

  private static float[] pixels(GeneratedImage image) {
    return Png.decode(image.png()).pixels();
  }

  private static SnapshotContent version(int number) {
    return new SnapshotContent(
        number,
        Map.of("loss", 1.0 / number),
        into -> {
          ModelFiles.copy(ModelLibrary.folder(MODEL), into);
          Path weights = into.resolve("unet/diffusion_pytorch_model.safetensors");
          Map<String, TensorData> tensors = Safetensors.read(weights);
          tensors.get("conv_out.bias").values()[0] += 0.05f * number;
          Safetensors.write(weights, tensors);
        },
        none -> {});
  }

  private static SamplingOptions options() {
    return new SamplingOptions(
        new SamplingOptions.Requests(4, 1000, STEPS, HOUR, HOUR),
        new SamplingOptions.Replicas(
            8, 2, 4, HOUR, Duration.ofMillis(200), Duration.ofSeconds(5), 0),
        "fifo",
        1000,
        1);
  }
}
