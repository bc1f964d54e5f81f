package io.stepwise.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.network.ModelFiles;
import io.stepwise.network.TinyFolder;
import io.stepwise.snapshot.Snapshot;
import io.stepwise.snapshot.SnapshotContent;
import io.stepwise.snapshot.SnapshotStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SampleDrawerTest {

  @TempDir Path folder;
  private SnapshotStore store;
  private SampleDrawer drawer;

  @BeforeEach
  void openStore() {
    store = SnapshotStore.open(folder.resolve("snapshots"), "tiny", 5);
    drawer = new SampleDrawer(store, 1);
  }

  @AfterEach
  void closeDrawer() {
    drawer.close();
  }

  @Test
  void ofVersionsThatWaitOnlyTheNewestIsDrawn() {
    Snapshot first = version(1);
    Snapshot third = version(3);
    drawer.add(first);
    drawer.proceed();
    drawer.add(version(2));
    drawer.add(third);

    assertThat(drawAll().stream().map(TrainingSamples::snapshot)).containsExactly(first, third);
  }

  @Test
  void versionThatCannotBeReadIsGivenUp() throws IOException {
    Snapshot damaged = version(1);
    Files.delete(store.modelFolder(damaged.digest()).resolve(TinyFolder.WEIGHTS));
    drawer.add(damaged);
    assertThat(drawAll()).isEmpty();

    Snapshot whole = version(2);
    drawer.add(whole);
    assertThat(drawAll().stream().map(TrainingSamples::snapshot)).containsExactly(whole);
  }

  @Test
  void labelsAreTheColumns() {
    List<String> labels = List.of("left", "top");
    SampleSheet sheet = SampleSheet.ofColumns(labels, 3);

    assertThat(sheet.layout().columns()).isEqualTo(2);
    assertThat(sheet.requests()).extracting("label").containsExactly(0L, 1L, 0L, 1L, 0L, 1L);
    assertThat(sheet.requests()).extracting("image").containsExactly(0, 0, 1, 1, 2, 2);
  }

  @Test
  void samplesWithoutALabelDifferByTheirNoise() {
    SampleSheet sheet = SampleSheet.ofColumns(List.of(), 2);

    assertThat(sheet.layout().columns()).isEqualTo(10);
    assertThat(sheet.requests()).hasSize(20).doesNotHaveDuplicates();
    assertThat(sheet.requests()).extracting("label").containsOnly(0L);
  }

  private List<TrainingSamples> drawAll() {
    List<TrainingSamples> drawn = new ArrayList<>();
    while (drawer.hasWork()) {
      drawer.proceed().ifPresent(drawn::add);
    }
    return drawn;
  }

  private Snapshot version(int seed) {
    Path model = folder.resolve("tiny-" + seed);
    TinyFolder.write(model, seed);
    return store.publish(
        new SnapshotContent(seed, Map.of(), into -> ModelFiles.copy(model, into), nothing -> {}));
  }
}
