package io.stepwise.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stepwise.network.DiffusersModel;
import io.stepwise.network.ModelDescription;
import io.stepwise.network.ModelFiles;
import io.stepwise.network.TinyFolder;
import io.stepwise.snapshot.Snapshot;
import io.stepwise.snapshot.SnapshotContent;
import io.stepwise.snapshot.SnapshotException;
import io.stepwise.snapshot.SnapshotStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which version a server that starts takes. */
final class SnapshotStoresTest {

  @TempDir Path folder;
  private SnapshotStore store;
  private ModelDescription configured;
  private Snapshot base;

  @BeforeEach
  void configureModel() {
    Path tiny = folder.resolve("tiny");
    TinyFolder.write(tiny);
    configured = DiffusersModel.open("tiny", tiny, "cpu").description();
    store = SnapshotStore.open(folder.resolve("snapshots"), "tiny", 5);
    base = store.importBase(tiny);
  }

  @Test
  void currentVersionIsServed() throws IOException {
    publish(1, "top");
    Snapshot newest = publish(2, "top");

    assertThat(served()).isEqualTo(newest.digest());
    assertThat(store.current()).contains(newest);
  }

  @Test
  void versionWithOtherLabelsGivesWayToTheNewestThatSuits() throws IOException {
    Snapshot suitable = publish(1, "top");
    publish(2, "bottom");
    publish(3, "bottom");

    assertThat(served()).isEqualTo(suitable.digest());
    assertThat(store.current()).contains(suitable);
    assertThat(store.history()).hasSize(4);
  }

  @Test
  void damagedVersionGivesWayToTheNewestThatSuits() throws IOException {
    publish(1, "bottom");
    Snapshot damaged = publish(2, "top");
    Files.writeString(store.modelFolder(damaged.digest()).resolve(TinyFolder.CONFIG), "{}");

    assertThat(served()).isEqualTo(base.digest());
    assertThat(store.current()).contains(base);
  }

  @Test
  void storeWithoutAVersionThatSuitsIsSaid() throws IOException {
    Snapshot other = publish(1, "bottom");
    Files.writeString(store.modelFolder(base.digest()).resolve(TinyFolder.CONFIG), "{}");

    assertThatThrownBy(this::served)
        .isInstanceOf(SnapshotException.class)
        .hasMessageContaining(other.digest())
        .hasMessageContaining("does not suit tiny: labels: [left, bottom] (expected: [left, top])");
  }

  private String served() {
    return SnapshotStores.current(store, configured, "cpu").description().digest();
  }

  private Snapshot publish(int seed, String label) throws IOException {
    Path model = folder.resolve("version-" + seed);
    TinyFolder.write(model, seed);
    Path stepwise = model.resolve(TinyFolder.STEPWISE);
    Files.writeString(stepwise, Files.readString(stepwise).replace("\"top\"", '"' + label + '"'));
    return store.publish(
        new SnapshotContent(seed, Map.of(), into -> ModelFiles.copy(model, into), none -> {}));
  }
}
