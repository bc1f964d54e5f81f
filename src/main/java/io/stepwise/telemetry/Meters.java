package io.stepwise.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.core.metrics.Histogram;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Every meter of the service, and the page that Prometheus reads. Thread safe; nothing here waits.
 *
 * <p>Label values must be few and known: {@code model} is a model that is served, {@code route} the
 * template of a route.
 */
public final class Meters implements AutoCloseable {

  /** The type of what {@link #scrape} returns. */
  public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private static final String MODEL = "model";

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics collections = new JvmGcMetrics();
  private final FleetGauges fleet = new FleetGauges(registry);
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger websockets = new AtomicInteger();

  private final MeterProvider<DistributionSummary> batchRows =
      DistributionSummary.builder("stepwise.batch.rows")
          .description("Network rows of finished batches")
          .serviceLevelObjectives(Buckets.ROWS)
          .withRegistry(registry);
  private final Histogram batchFill =
      exactHistogram(
          "stepwise_batch_fill_ratio",
          "Rows of finished batches as a part of the largest batch, 0 to 1",
          Buckets.FILL);
  private final MeterProvider<Timer> steps =
      Timer.builder("stepwise.step")
          .description("Time that a replica needed for one step of a batch")
          .serviceLevelObjectives(Buckets.STEP)
          .withRegistry(registry);
  private final MeterProvider<Timer> decodings =
      Timer.builder("stepwise.decode")
          .description("Time that a replica needed to decode the finished images of a batch")
          .serviceLevelObjectives(Buckets.STEP)
          .withRegistry(registry);
  private final MeterProvider<Counter> imageSteps =
      Counter.builder("stepwise.image.steps")
          .description("Steps taken, each image counted")
          .withRegistry(registry);
  private final MeterProvider<Counter> images =
      Counter.builder("stepwise.images")
          .description("Images that were finished or failed")
          .withRegistry(registry);
  private final MeterProvider<Counter> admissions =
      Counter.builder("stepwise.admissions")
          .description("Generations that were admitted")
          .withRegistry(registry);
  private final MeterProvider<Counter> generations =
      Counter.builder("stepwise.generations")
          .description("Generations that ended, by how")
          .withRegistry(registry);
  private final MeterProvider<Timer> queueTimes =
      Timer.builder("stepwise.generation.queue")
          .description("Time from admission to the first batch with one of the images")
          .serviceLevelObjectives(Buckets.REQUEST)
          .withRegistry(registry);
  private final MeterProvider<Timer> runTimes =
      Timer.builder("stepwise.generation.run")
          .description("Time from the first batch to the last image")
          .serviceLevelObjectives(Buckets.REQUEST)
          .withRegistry(registry);
  private final Histogram predictionErrors =
      exactHistogram(
          "stepwise_prediction_error_seconds",
          "How much later than predicted generations ended; negative if earlier",
          Buckets.PREDICTION_ERROR);
  private final MeterProvider<Counter> refusals =
      Counter.builder("stepwise.refusals")
          .description("Requests that were refused, by reason")
          .withRegistry(registry);
  private final Counter cancels =
      Counter.builder("stepwise.cancels")
          .description("Generations that were cancelled, also by a client that went away")
          .register(registry);
  private final MeterProvider<Counter> restarts =
      Counter.builder("stepwise.replica.restarts")
          .description("Replicas that were started anew")
          .withRegistry(registry);
  private final MeterProvider<Timer> snapshotLoads =
      Timer.builder("stepwise.snapshot.load")
          .description("Time that a replica needed to load a version beside those in use")
          .serviceLevelObjectives(Buckets.REQUEST)
          .withRegistry(registry);
  private final MeterProvider<Counter> snapshotSwaps =
      Counter.builder("stepwise.snapshot.swaps")
          .description("How often new images began to begin on another version")
          .withRegistry(registry);
  private final MeterProvider<Counter> snapshotRefusals =
      Counter.builder("stepwise.snapshot.refusals")
          .description("Versions that could not be taken into use")
          .withRegistry(registry);
  private final MeterProvider<Counter> voidBatches =
      Counter.builder("stepwise.batches.void")
          .description("Batches that were computed with other weights than their images began with")
          .withRegistry(registry);
  private final MeterProvider<Timer> requests =
      Timer.builder("stepwise.http.requests")
          .description("Time from a request's head to the end of its answer")
          .serviceLevelObjectives(Buckets.REQUEST)
          .withRegistry(registry);

  /** Makes the meters of a process, with those of its JVM. */
  public Meters() {
    gauges();
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    collections.bindTo(registry);
  }

  /** Micrometer's own histograms take whole numbers from 0. */
  private Histogram exactHistogram(String name, String description, double[] buckets) {
    return Histogram.builder()
        .name(name)
        .help(description)
        .labelNames(MODEL)
        .withoutExemplars()
        .classicOnly()
        .classicUpperBounds(buckets)
        .register(registry.getPrometheusRegistry());
  }

  private void gauges() {
    Gauge.builder("stepwise.http.connections", connections, AtomicInteger::get)
        .description("Open connections on which requests are answered")
        .register(registry);
    Gauge.builder("stepwise.websockets", websockets, AtomicInteger::get)
        .description("Open websockets")
        .register(registry);
    ProcessMemory memory = ProcessMemory.ofThisProcess();
    Gauge.builder("stepwise.resident.memory", memory, ProcessMemory::residentBytes)
        .description("Resident size of the process")
        .baseUnit("bytes")
        .strongReference(true)
        .register(registry);
    Gauge.builder("stepwise.native.memory", memory, ProcessMemory::nativeBytes)
        .description("Resident size of the process without its heap")
        .baseUnit("bytes")
        .strongReference(true)
        .register(registry);
  }

  /**
   * A batch took its step.
   *
   * @param rows network rows
   * @param maxRows rows that it could have had
   * @param members images in it
   * @param ran time in the network
   */
  public void batchFinished(String model, int rows, int maxRows, int members, Duration ran) {
    batchRows.withTag(MODEL, model).record(rows);
    batchFill.labelValues(model).observe((double) rows / maxRows);
    steps.withTag(MODEL, model).record(ran);
    imageSteps.withTag(MODEL, model).increment(members);
  }

  /** Images of a latent model that were finished in one batch were decoded. */
  public void decoded(String model, Duration took) {
    decodings.withTag(MODEL, model).record(took);
  }

  /** An image is done. */
  public void imageFinished(String model) {
    images.withTags(Tags.of(MODEL, model, "outcome", "finished")).increment();
  }

  /** An image will not be made. */
  public void imageFailed(String model) {
    images.withTags(Tags.of(MODEL, model, "outcome", "failed")).increment();
  }

  /** A generation was admitted. */
  public void generationAdmitted(String model) {
    admissions.withTag(MODEL, model).increment();
  }

  /** A generation that was admitted has ended; {@code state} is one of a few, in lower case. */
  public void generationEnded(String model, String state) {
    generations.withTags(Tags.of(MODEL, model, "state", state)).increment();
    if (state.equals("cancelled")) {
      cancels.increment();
    }
  }

  /**
   * What a completed generation took.
   *
   * @param queued from admission to the first batch with one of its images
   * @param ran from that batch to the last image
   */
  public void generationTook(String model, Duration queued, Duration ran) {
    queueTimes.withTag(MODEL, model).record(queued);
    runTimes.withTag(MODEL, model).record(ran);
  }

  /**
   * A completed generation took longer than was predicted at its admission.
   *
   * @param error how much longer; negative if it took less
   */
  public void predictionWasOff(String model, Duration error) {
    predictionErrors.labelValues(model).observe(error.toNanos() / 1e9);
  }

  /** A request was refused; {@code reason} is one of a few, as clients are told it. */
  public void refused(String reason) {
    refusals.withTag("reason", reason).increment();
  }

  /** A replica was started anew. */
  public void replicaRestarted(String model) {
    restarts.withTag(MODEL, model).increment();
  }

  /** A replica loaded a version beside those in use. */
  public void snapshotLoaded(String model, Duration took) {
    snapshotLoads.withTag(MODEL, model).record(took);
  }

  /** New images begin on another version. */
  public void snapshotSwitched(String model) {
    snapshotSwaps.withTag(MODEL, model).increment();
  }

  /** A version could not be taken into use. */
  public void snapshotRefused(String model) {
    snapshotRefusals.withTag(MODEL, model).increment();
  }

  /** A batch was computed with other weights than its images began with, and is void. */
  public void batchVoid(String model) {
    voidBatches.withTag(MODEL, model).increment();
  }

  /** Shows the fleet as it is now; models that it has no more disappear. */
  public synchronized void showFleet(FleetReading reading) {
    fleet.show(reading);
  }

  /** Shows nothing of the fleet until it can be read again. */
  public synchronized void hideFleet() {
    fleet.hide();
  }

  /**
   * A request was answered.
   *
   * @param route the template of its route
   */
  public void requestAnswered(String route, String method, int status, Duration took) {
    requests
        .withTags(Tags.of("route", route, "method", method, "status", Integer.toString(status)))
        .record(took);
  }

  /** A connection was opened. */
  public void connectionOpened() {
    connections.incrementAndGet();
  }

  /** A connection was closed. */
  public void connectionClosed() {
    connections.decrementAndGet();
  }

  /** A websocket was opened. */
  public void websocketOpened() {
    websockets.incrementAndGet();
  }

  /** A websocket was closed. */
  public void websocketClosed() {
    websockets.decrementAndGet();
  }

  /** Returns all meters in Prometheus' text format. */
  public synchronized String scrape() {
    return registry.scrape(CONTENT_TYPE);
  }

  /** Ends what watches the JVM. */
  @Override
  public void close() {
    collections.close();
    registry.close();
  }
}
