package io.stepwise.cli;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.stepwise.cluster.ClusterConfig;
import io.stepwise.http.HttpServer;
import io.stepwise.network.FolderModel;
import io.stepwise.network.TorchRuntime;
import io.stepwise.sampling.RouterSource;
import io.stepwise.sampling.SamplingOptions;
import io.stepwise.sampling.SamplingService;
import io.stepwise.sampling.ServedModel;
import io.stepwise.sampling.VersionStore;
import io.stepwise.settings.ClusterSettings;
import io.stepwise.settings.SamplingSettings;
import io.stepwise.settings.Settings;
import io.stepwise.snapshot.SnapshotStore;
import io.stepwise.telemetry.Meters;
import io.stepwise.training.TrainingClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.pekko.Done;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Serves models over HTTP until the process is told to stop. */
@Command(
    name = "serve",
    description = {
      "Serve models over HTTP.",
      "SIGTERM or Ctrl-C finishes what was accepted, refuses what is new, then ends."
    },
    sortOptions = false)
final class ServeCommand implements Callable<Integer> {

  private static final Logger LOG = LoggerFactory.getLogger(ServeCommand.class);
  private static final String LOG_FORMAT = "STEPWISE_LOG_FORMAT";

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Settings over the defaults; conf/stepwise.conf documents every key.")
  @Nullable Path config;

  @Option(names = "--host", description = "Address to listen on; overrides http.host.")
  @Nullable String host;

  @Option(names = "--port", description = "Port to listen on, 0 for a free one.")
  @Nullable String port;

  @Option(
      names = "--model",
      paramLabel = "M",
      description = "Shipped model or diffusers folder; may be repeated; overrides models.")
  List<String> models = new ArrayList<>();

  @Override
  public Integer call() {
    checkLogFormat();
    Settings settings = Settings.load(Optional.ofNullable(config), arguments());
    settings.warnings(Runtime.getRuntime().availableProcessors()).forEach(LOG::warn);
    Map<String, SnapshotStore> stores = SnapshotStores.open(settings.snapshots(), order(settings));
    List<ServedModel> served = openModels(settings, stores);
    TorchRuntime.prepareThread(settings.sampling().threadsPerReplica());
    SamplingOptions options = options(settings);
    ClusterSettings cluster = settings.cluster();
    if (cluster.enabled()) {
      served.forEach(
          model ->
              ClusterConfig.requireRoom(
                  cluster, model.model().description(), options.requests().maxSteps()));
    }
    return cluster.isGateway()
        ? serve(settings, served, options, stores)
        : work(settings, served, options, stores);
  }

  /** Works for gateways until the process is told to stop, or its node was given up. */
  private static int work(
      Settings settings,
      List<ServedModel> served,
      SamplingOptions options,
      Map<String, SnapshotStore> stores) {
    ClusterSettings cluster = settings.cluster();
    SamplerNode node = SamplerNode.start(served, options, settings, stores);
    Duration grace = settings.http().shutdownGrace();
    AtomicBoolean isStopping = new AtomicBoolean();
    onSignal(isStopping, () -> node.stop(grace));
    LOG.info(
        "{} of {} as {}:{}, serving health and metrics on {}",
        cluster.roles(),
        names(served),
        cluster.host(),
        cluster.port(),
        node.url());
    node.awaitEnd();
    return exitCode(isStopping);
  }

  private static int serve(
      Settings settings,
      List<ServedModel> served,
      SamplingOptions options,
      Map<String, SnapshotStore> stores) {
    Meters meters = new Meters();
    SamplingMeters sampling = new SamplingMeters(meters);
    ClusterSettings cluster = settings.cluster();
    SamplingSystem system =
        cluster.enabled()
            ? SamplingSystem.startGateway(served, options, sampling, cluster, stores)
            : SamplingSystem.start(served, options, sampling);
    ModelHosts hosts =
        cluster.isSampler()
            ? ModelHosts.start(
                system.system(),
                SnapshotStores.hosted(served, stores, settings.device()),
                RouterSource.local(options, sampling),
                system.snapshots(),
                cluster.reportEvery())
            : ModelHosts.none(system.system());
    if (cluster.isTrainer()) {
      TrainingSystem.join(system.system(), stores, settings, sampling::isBusy, system.snapshots());
    }
    Optional<TrainingClient> training =
        cluster.enabled()
            ? TrainingSystem.ofCluster(system.system(), settings)
            : TrainingSystem.start(
                system.system(),
                stores,
                settings,
                sampling::isBusy,
                published -> system.system().tell(new SamplingService.VersionPublished(published)));
    HttpServer server =
        Listening.await(
            HttpServer.start(system.system(), system.client(), training, settings.http(), meters),
            settings.http(),
            system::close);
    AtomicBoolean isStopping = new AtomicBoolean();
    onSignal(isStopping, () -> stop(system, hosts, server, settings.http().shutdownGrace()));
    LOG.info("serving {} on {}", names(served), Listening.url(server, settings.http()));
    system.system().getWhenTerminated().toCompletableFuture().join();
    return exitCode(isStopping);
  }

  private static void onSignal(AtomicBoolean isStopping, Runnable stop) {
    Thread shutdown =
        new Thread(
            () -> {
              isStopping.set(true);
              stop.run();
            },
            "shutdown");
    Runtime.getRuntime().addShutdownHook(shutdown);
  }

  /** Returns 1 where the actors have ended by themselves: a node that the others gave up. */
  private static int exitCode(AtomicBoolean isStopping) {
    if (isStopping.get()) {
      return 0;
    }
    LOG.error("the actors have ended, unasked");
    return 1;
  }

  private static List<String> names(List<ServedModel> served) {
    return served.stream().map(model -> model.model().description().name()).toList();
  }

  /** Logs are set up before any settings are read, from a variable alone; a wrong one is silent. */
  private static void checkLogFormat() {
    String format =
        Optional.ofNullable(System.getProperty(LOG_FORMAT))
            .or(() -> Optional.ofNullable(System.getenv(LOG_FORMAT)))
            .orElse("text");
    if (!List.of("text", "json").contains(format)) {
      throw new IllegalArgumentException(LOG_FORMAT + ": " + format + " (expected: text or json)");
    }
  }

  private Map<String, String> arguments() {
    Map<String, String> arguments = new LinkedHashMap<>();
    if (host != null) {
      arguments.put("stepwise.http.host", host);
    }
    if (port != null) {
      arguments.put("stepwise.http.port", port);
    }
    if (!models.isEmpty()) {
      arguments.put("stepwise.models", String.join(",", models));
    }
    return arguments;
  }

  /** Opens all models, the default one first; whatever is wrong with one is said before serving. */
  private static List<ServedModel> openModels(
      Settings settings, Map<String, SnapshotStore> stores) {
    int replicas = settings.sampling().replicas();
    int threads = settings.sampling().threadsPerReplica();
    String device = settings.device();
    List<ServedModel> served = new ArrayList<>();
    for (String name : order(settings)) {
      FolderModel configured = ModelLibrary.open(name, device);
      SnapshotStore store = stores.get(ModelLibrary.name(name));
      served.add(
          store == null
              ? ServedModel.of(configured, replicas, threads)
              : ServedModel.of(
                      SnapshotStores.current(store, configured.description(), device),
                      replicas,
                      threads)
                  .versionedIn(VersionStore.of(store, device)));
    }
    return served;
  }

  /** Returns the entries of models, the default one first. */
  private static List<String> order(Settings settings) {
    List<String> order = new ArrayList<>(List.of(settings.defaultModel()));
    settings.models().stream().filter(name -> !order.contains(name)).forEach(order::add);
    return order;
  }

  private static SamplingOptions options(Settings settings) {
    SamplingSettings sampling = settings.sampling();
    Duration longest = settings.http().requestTimeout();
    return new SamplingOptions(
        new SamplingOptions.Requests(
            sampling.maxImagesPerRequest(),
            sampling.maxSteps(),
            Math.min(sampling.defaultSteps(), sampling.maxSteps()),
            Collections.min(List.of(sampling.defaultDeadline(), longest)),
            longest),
        new SamplingOptions.Replicas(
            sampling.maxBatchSize(),
            sampling.batchesInFlight(),
            sampling.maxAttempts(),
            sampling.batchDeadline(),
            sampling.restartBackoff().min(),
            sampling.restartBackoff().max(),
            sampling.maxStuckReplicas()),
        new SamplingOptions.Scheduling(
            sampling.policy().name().toLowerCase(Locale.ROOT).replace('_', '-'),
            sampling.requestDelay(),
            sampling.maxStepDuration(),
            sampling.warmUp(),
            sampling.maxWaitingImagesPerClient() == 0
                ? sampling.maxWaitingImages()
                : sampling.maxWaitingImagesPerClient()),
        sampling.maxWaitingImages(),
        sampling.finisherThreads(),
        new SamplingOptions.Results(sampling.resultRetention(), sampling.maxKeptResultsBytes()));
  }

  /** Finishes what was accepted while new work is refused, then closes connections and actors. */
  private static void stop(
      SamplingSystem system, ModelHosts hosts, HttpServer server, Duration grace) {
    LOG.info("draining, for {} at most", grace);
    long deadline = System.nanoTime() + grace.toNanos();
    system
        .client()
        .drain()
        .toCompletableFuture()
        .completeOnTimeout(Done.getInstance(), grace.toNanos(), NANOSECONDS)
        .exceptionally(failure -> Done.getInstance())
        .join();
    Duration left = Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
    server.stop(left).toCompletableFuture().join();
    hosts.leave(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
    system.close();
    LOG.info("stopped");
  }
}
