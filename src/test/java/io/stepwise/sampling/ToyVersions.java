package io.stepwise.sampling;

import io.stepwise.network.DenoisingModel;
import io.stepwise.network.ToyModel;
import io.stepwise.snapshot.Snapshot;
import io.stepwise.snapshot.SnapshotPublished;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Versions of a toy model that are kept in memory, the one with the highest number the newest. */
public final class ToyVersions implements VersionStore {

  private final ToyModel base;
  private final Map<Integer, ToyModel> versions = new ConcurrentSkipListMap<>();
  private final AtomicInteger loads = new AtomicInteger();
  private volatile Runnable loading = () -> {};
  private volatile Runnable activating = () -> {};
  private volatile Runnable listing = () -> {};
  private volatile String activated = "";
  private volatile Set<String> pinned = Set.of();

  public ToyVersions(ToyModel base) {
    this.base = base;
    versions.put(0, base);
  }

  ServedModel served(int replicas) {
    return new ServedModel(base, new ToyPlans(), replicas, 1, this);
  }

  /** Adds a version, and returns its digest. */
  public String add(int number, ToyModel version) {
    versions.put(number, version);
    return digest(number);
  }

  public String add(int number) {
    return add(number, base.version(number));
  }

  public String digest(int number) {
    return model(number).description().digest();
  }

  ToyModel model(int number) {
    ToyModel model = versions.get(number);
    if (model == null) {
      throw new IllegalArgumentException("version: " + number);
    }
    return model;
  }

  /** Returns how a version is announced. */
  SamplingService.VersionPublished announcement(int number) {
    return new SamplingService.VersionPublished(new SnapshotPublished(snapshot(number)));
  }

  /** Has something done whenever a version is read. */
  public void beforeLoading(Runnable hook) {
    loading = hook;
  }

  /** Has something done whenever a version is made the current one. */
  void beforeActivating(Runnable hook) {
    activating = hook;
  }

  /** Has something done whenever the versions are listed. */
  public void beforeListing(Runnable hook) {
    listing = hook;
  }

  int loads() {
    return loads.get();
  }

  /** Returns what was made current last; empty for nothing. */
  String activated() {
    return activated;
  }

  Set<String> pinned() {
    return pinned;
  }

  /** Returns how many kernels of all versions are open. */
  int openKernels() {
    return versions.values().stream().distinct().mapToInt(ToyModel::open).sum();
  }

  @Override
  public List<Snapshot> history() {
    listing.run();
    List<Snapshot> newestFirst = new ArrayList<>();
    versions.keySet().forEach(number -> newestFirst.add(0, snapshot(number)));
    return newestFirst;
  }

  @Override
  public DenoisingModel load(String digest) {
    loading.run();
    loads.incrementAndGet();
    return versions.values().stream()
        .filter(model -> model.description().digest().equals(digest))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("version: " + digest));
  }

  @Override
  public void activate(String digest) {
    activating.run();
    activated = digest;
  }

  @Override
  public void pin(Set<String> digests) {
    pinned = Set.copyOf(digests);
  }

  private Snapshot snapshot(int number) {
    return new Snapshot(
        base.description().name(),
        digest(number),
        100 * number,
        Instant.EPOCH.plusSeconds(number),
        Map.of("loss", 1.0 / (1 + number)));
  }
}
