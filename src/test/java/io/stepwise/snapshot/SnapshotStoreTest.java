package io.stepwise.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stepwise.network.FolderModel;
import io.stepwise.network.OnePassModel;
import io.stepwise.network.ScriptedFolder;
import io.stepwise.network.StepKernel;
import io.stepwise.network.TinyFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SnapshotStoreTest {

  @TempDir Path root;
  private SnapshotStore store;

  @BeforeEach
  void openStore() {
    store = open(3);
  }

  @Test
  void publishedVersionIsCurrentAndOpensUnderItsDigest() {
    Snapshot published = store.publish(Versions.number(1));

    FolderModel model = store.load(published.digest(), "cpu");
    assertThat(model.description().digest()).isEqualTo(published.digest());
    assertThat(model.description().name()).isEqualTo("tiny");
    try (StepKernel kernel = model.openKernel(1)) {
      assertThat(kernel).isNotNull();
    }
    assertThat(published.model()).isEqualTo("tiny");
    assertThat(published.step()).isEqualTo(1);
    assertThat(published.metrics()).containsOnlyKeys("loss").containsEntry("loss", 0.5);
    assertThat(store.current()).contains(published);
    assertThat(store.problems()).isEmpty();
  }

  @Test
  void modelThatMakesImagesInOnePassIsPublishedAndOpened() {
    Snapshot published =
        store.publish(new SnapshotContent(1, Map.of(), TinyFolder::writeOnePass, folder -> {}));

    FolderModel model = store.load(published.digest(), "cpu");

    assertThat(model).isInstanceOf(OnePassModel.class);
    assertThat(model.description().digest()).isEqualTo(published.digest());
  }

  @Test
  void storeOpenedAnewTellsTheSame() {
    store.publish(Versions.number(1));
    store.publish(Versions.number(2));

    SnapshotStore reopened = open(3);

    assertThat(reopened.history()).hasSize(2).isEqualTo(store.history());
    assertThat(reopened.current()).isEqualTo(store.current());
    assertThat(reopened.problems()).isEmpty();
  }

  @Test
  void stateOfTheTrainingLiesBesideTheVersion() throws IOException {
    Snapshot published = store.publish(Versions.number(4));

    Path state = store.trainingState(published.digest()).orElseThrow();

    assertThat(Files.readString(state.resolve("state"))).isEqualTo("state 4");
  }

  @Test
  void sameWeightsPublishedTwiceAreOneVersion() {
    Snapshot first = store.publish(Versions.number(1));
    store.publish(Versions.number(2));

    Snapshot again = store.publish(Versions.number(1));

    assertThat(again).isEqualTo(first);
    assertThat(store.history()).hasSize(2);
    assertThat(store.current()).contains(first);
  }

  @Test
  void addedVersionIsNotCurrentUntilItIsActivated() {
    Snapshot current = store.publish(Versions.number(1));
    Snapshot added = store.add(Versions.number(2));
    assertThat(store.current()).contains(current);

    assertThat(store.activate(added.digest())).isEqualTo(added);

    assertThat(store.current()).contains(added);
    assertThat(open(3).current()).contains(added);
  }

  @Test
  void oldVersionsAreRemovedButForTheCurrentThePinnedAndTheBase() {
    TinyFolder.write(root.resolve("configured"), 9);
    Snapshot base = store.importBase(root.resolve("configured"));
    Snapshot pinned = store.publish(Versions.number(1));
    store.pin("test", Set.of(pinned.digest()));
    Snapshot activated = store.publish(Versions.number(2));
    for (int i = 3; i <= 8; i++) {
      store.add(Versions.number(i));
    }

    assertThat(store.history().stream().map(Snapshot::step)).containsExactly(8, 7, 6, 2, 1, 0);
    assertThat(store.history()).contains(base, pinned, activated);
    assertThat(root.resolve("tiny/staging")).isEmptyDirectory();
  }

  @Test
  void unpinnedVersionIsRemovedWithTheNextChange() {
    Snapshot pinned = store.publish(Versions.number(1));
    store.pin("test", Set.of(pinned.digest()));
    for (int i = 2; i <= 5; i++) {
      store.publish(Versions.number(i));
    }
    assertThat(store.history()).contains(pinned);

    store.pin("test", Set.of());
    store.publish(Versions.number(6));

    assertThat(store.history()).hasSize(3).doesNotContain(pinned);
  }

  @Test
  void baseKeepsItsDigestAndIsCurrentUntilSomethingIsPublished() {
    Path configured = root.resolve("configured");
    TinyFolder.write(configured, 9);

    Snapshot base = store.importBase(configured);

    assertThat(base.digest())
        .isEqualTo(FolderModel.open("tiny", configured, "cpu").description().digest());
    assertThat(store.base()).contains(base);
    assertThat(store.current()).contains(base);
    Snapshot published = store.publish(Versions.number(1));
    assertThat(store.importBase(configured)).isEqualTo(base);
    assertThat(store.current()).contains(published);
  }

  @Test
  void anotherConfiguredModelBecomesBaseAndCurrent() {
    TinyFolder.write(root.resolve("first"), 9);
    TinyFolder.write(root.resolve("second"), 10);
    store.importBase(root.resolve("first"));
    store.publish(Versions.number(1));

    Snapshot second = store.importBase(root.resolve("second"));

    assertThat(store.base()).contains(second);
    assertThat(store.current()).contains(second);
    assertThat(store.history()).hasSize(3);
  }

  @Test
  void scriptedModelAndLatentModelCanBeBase() {
    ScriptedFolder.write(root.resolve("scripted"));
    TinyFolder.writeLatent(root.resolve("latent"));

    Snapshot scripted = store.importBase(root.resolve("scripted"));
    Snapshot latent = store.importBase(root.resolve("latent"));

    assertThat(store.load(scripted.digest(), "cpu").description().name()).isEqualTo("tiny");
    assertThat(store.load(latent.digest(), "cpu").description().imageShape().height())
        .isEqualTo(16);
  }

  @Test
  void unknownVersionIsNamed() {
    String unknown = "0".repeat(64);
    for (Runnable use :
        List.<Runnable>of(
            () -> store.activate(unknown),
            () -> store.load(unknown, "cpu"),
            () -> store.activate("../../etc"),
            () -> store.trainingState(""))) {
      assertThatThrownBy(use::run)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("(expected: the digest of a version of tiny)");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", ".training", "a/b", "a\\b", "a\u0000b"})
  void modelsNameMustBeOneFoldersName(String name) {
    assertThatThrownBy(() -> SnapshotStore.open(root, name, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("model: " + name);
  }

  @Test
  void sumsAreThoseOfSha256sum() throws IOException {
    Snapshot published = store.publish(Versions.number(1));
    Path version = root.resolve("tiny/versions").resolve(published.digest());

    assertThat(Files.readAllLines(version.resolve("SHA256SUMS")))
        .hasSize(7)
        .allMatch(line -> line.matches("[0-9a-f]{64}  [\\w./-]+"))
        .anyMatch(line -> line.endsWith("  model/" + TinyFolder.WEIGHTS));
  }

  private SnapshotStore open(int keep) {
    return SnapshotStore.open(root, "tiny", keep);
  }
}
