package io.stepwise.telemetry;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.List;
import java.util.function.ToIntFunction;

/** The gauges of the fleet: they show the last reading. Thread safe. */
final class FleetGauges {

  private final MultiGauge unfinished;
  private final MultiGauge maxUnfinished;
  private final MultiGauge waiting;
  private final MultiGauge inFlight;
  private final MultiGauge batchRows;
  private final MultiGauge replicas;
  private final MultiGauge ready;
  private final MultiGauge snapshots;
  private final MultiGauge snapshotsInUse;

  FleetGauges(MeterRegistry registry) {
    unfinished =
        gauge(registry, "stepwise.unfinished.images", "Images that are admitted and not finished");
    maxUnfinished = gauge(registry, "stepwise.unfinished.images.limit", "Most of them that may be");
    waiting = gauge(registry, "stepwise.queue.images", "Images that wait for their next step");
    inFlight = gauge(registry, "stepwise.inflight.images", "Images in batches that replicas have");
    batchRows =
        gauge(registry, "stepwise.batch.rows.limit", "Rows of the largest batch made at present");
    replicas = gauge(registry, "stepwise.replicas", "Places for replicas");
    ready = gauge(registry, "stepwise.replicas.ready", "Replicas that can work");
    snapshots =
        gauge(registry, "stepwise.snapshot.info", "1 for the weights that new images begin on");
    snapshotsInUse =
        gauge(registry, "stepwise.snapshots.in.use", "Versions of the weights that replicas have");
  }

  synchronized void show(FleetReading reading) {
    boolean admits = reading.maxUnfinishedImages() > 0;
    show(unfinished, reading.unfinishedImages(), admits);
    show(maxUnfinished, reading.maxUnfinishedImages(), admits);
    showModels(reading.models());
  }

  synchronized void hide() {
    unfinished.register(List.of(), true);
    maxUnfinished.register(List.of(), true);
    showModels(List.of());
  }

  private void showModels(List<FleetReading.Model> models) {
    show(waiting, models, FleetReading.Model::waitingImages);
    show(inFlight, models, FleetReading.Model::inFlightImages);
    show(batchRows, models, FleetReading.Model::batchRows);
    show(replicas, models, FleetReading.Model::replicas);
    show(ready, models, FleetReading.Model::replicasReady);
    show(snapshotsInUse, models, FleetReading.Model::snapshots);
    snapshots.register(
        models.stream()
            .map(
                model ->
                    MultiGauge.Row.of(
                        Tags.of("model", model.name(), "snapshot", model.snapshot()), 1))
            .toList(),
        true);
  }

  private static void show(MultiGauge gauge, int value, boolean isShown) {
    gauge.register(isShown ? List.of(MultiGauge.Row.of(Tags.empty(), value)) : List.of(), true);
  }

  private static void show(
      MultiGauge gauge, List<FleetReading.Model> models, ToIntFunction<FleetReading.Model> value) {
    gauge.register(
        models.stream()
            .map(
                model -> MultiGauge.Row.of(Tags.of("model", model.name()), value.applyAsInt(model)))
            .toList(),
        true);
  }

  private static MultiGauge gauge(MeterRegistry registry, String name, String description) {
    return MultiGauge.builder(name).description(description).register(registry);
  }
}
