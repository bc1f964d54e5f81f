package io.stepwise.cluster;

import io.stepwise.network.DenoisingModel;
import io.stepwise.network.TinyFolder;
import io.stepwise.sampling.SamplingClient;
import io.stepwise.sampling.ServedModel;
import io.stepwise.sampling.VersionStore;
import io.stepwise.settings.Settings;
import io.stepwise.snapshot.Snapshot;
import io.stepwise.snapshot.SnapshotContent;
import io.stepwise.snapshot.SnapshotPublished;
import io.stepwise.snapshot.SnapshotStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** A node with a folder of versions; batches of the base have to pass its gate. */
final class StoringNode {

  final TestNode node = TestNode.start();
  final SnapshotStore store;
  final List<String> loaded = new CopyOnWriteArrayList<>();
  private final DenoisingModel atStart;
  private SharedSnapshots snapshots;

  /**
   * Starts a node.
   *
   * @param name of its folder, which several may have
   */
  StoringNode(Path folder, String name) {
    Path base = folder.resolve("base");
    if (!Files.exists(base)) {
      TinyFolder.write(base);
    }
    store = SnapshotStore.open(folder.resolve(name), "tiny", 5);
    store.importBase(base);
    atStart = store.load(store.current().orElseThrow().digest(), "cpu");
    snapshots = SharedSnapshots.none(node.kit.system());
  }

  void join(StoringNode seed, int members) {
    snapshots =
        SharedSnapshots.start(
            node.kit.system(), Map.of("tiny", store), Settings.parse("").cluster());
    node.join(seed.node, members);
  }

  SamplingClient startGateway() {
    return node.startGateway(served("gateway"), snapshots);
  }

  void startSampler() {
    node.startSampler(served("host"), snapshots);
  }

  /** Has the node's batches take so many steps, and returns when they have. */
  void letThrough(int batches) {
    node.letThrough(batches);
  }

  Snapshot add(int number) {
    return store.add(content(number));
  }

  /** Publishes a version as the trainer does. */
  Snapshot publish(int number) {
    Snapshot published = store.publish(content(number));
    snapshots.published(new SnapshotPublished(published));
    return published;
  }

  boolean has(String digest) {
    return store.history().stream().anyMatch(snapshot -> snapshot.digest().equals(digest));
  }

  SharedSnapshots snapshots() {
    return snapshots;
  }

  void stop() {
    node.stop();
  }

  private static SnapshotContent content(int number) {
    return new SnapshotContent(
        number, Map.of(), model -> TinyFolder.write(model, 100 + number), none -> {});
  }

  private ServedModel served(String user) {
    String base = store.base().orElseThrow().digest();
    VersionStore versions = VersionStore.of(store, "cpu", user);
    VersionStore gated =
        new VersionStore() {
          @Override
          public List<Snapshot> history() {
            return versions.history();
          }

          @Override
          public DenoisingModel load(String digest) {
            loaded.add(digest);
            DenoisingModel model = versions.load(digest);
            return digest.equals(base) ? new GatedModel(model, node.gate) : model;
          }

          @Override
          public void activate(String digest) {
            versions.activate(digest);
          }

          @Override
          public void pin(Set<String> digests) {
            versions.pin(digests);
          }
        };
    return ServedModel.of(new GatedModel(atStart, node.gate), 1, 1).versionedIn(gated);
  }
}
