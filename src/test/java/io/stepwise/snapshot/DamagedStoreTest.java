package io.stepwise.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stepwise.network.TinyFolder;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class DamagedStoreTest {

  /** What happens to a version that lies on a disk. */
  enum Damage {
    TRUNCATED_WEIGHTS("model/" + TinyFolder.WEIGHTS) {
      @Override
      void happen(Path file) throws IOException {
        try (RandomAccessFile weights = new RandomAccessFile(file.toFile(), "rw")) {
          weights.setLength(weights.length() / 2);
        }
      }
    },
    FLIPPED_BYTE("model/" + TinyFolder.WEIGHTS) {
      @Override
      void happen(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 3] ^= 0x10;
        Files.write(file, bytes);
      }
    },
    FLIPPED_BYTE_OF_THE_TRAINING("training/state") {
      @Override
      void happen(Path file) throws IOException {
        Files.writeString(file, "state x");
      }
    },
    CHANGED_METRIC("manifest.json") {
      @Override
      void happen(Path file) throws IOException {
        Files.writeString(file, Files.readString(file).replace("loss", "gain"));
      }
    },
    MISSING_MANIFEST("manifest.json") {
      @Override
      void happen(Path file) throws IOException {
        Files.delete(file);
      }
    },
    MISSING_SUMS("SHA256SUMS") {
      @Override
      void happen(Path file) throws IOException {
        Files.delete(file);
      }
    },
    TORN_SUMS("SHA256SUMS") {
      @Override
      void happen(Path file) throws IOException {
        Files.writeString(file, Files.readString(file).substring(0, 100));
      }
    },
    MISSING_CONFIG("model/" + TinyFolder.CONFIG) {
      @Override
      void happen(Path file) throws IOException {
        Files.delete(file);
      }
    },
    FOREIGN_FILE("model/unet/pytorch_model.bin") {
      @Override
      void happen(Path file) throws IOException {
        Files.writeString(file, "not ours");
      }
    },
    FOLDER_IN_PLACE_OF_A_FILE("model/" + TinyFolder.SCHEDULER) {
      @Override
      void happen(Path file) throws IOException {
        Files.delete(file);
        Files.createDirectory(file);
      }
    };

    private final String file;

    Damage(String file) {
      this.file = file;
    }

    abstract void happen(Path file) throws IOException;
  }

  @TempDir Path root;
  private SnapshotStore store;
  private Snapshot good;
  private Snapshot newest;

  @BeforeEach
  void publishTwo() {
    store = open();
    good = store.publish(Versions.number(1));
    newest = store.publish(Versions.number(2));
  }

  @ParameterizedTest
  @EnumSource(Damage.class)
  void damagedVersionIsSetAsideOnOpeningAndTheLastGoodOneIsCurrent(Damage damage)
      throws IOException {
    damage.happen(version(newest).resolve(damage.file));

    SnapshotStore opened = open();

    assertThat(opened.history()).containsExactly(good);
    assertThat(opened.current()).contains(good);
    Path aside = root.resolve("tiny/set-aside").resolve(newest.digest());
    assertThat(aside).isDirectory();
    assertThat(opened.problems())
        .anySatisfy(
            problem -> {
              assertThat(problem.path()).isEqualTo(version(newest));
              assertThat(problem.setAside()).isEqualTo(aside);
              assertThat(problem.toString()).contains(newest.digest()).contains("moved to");
            });
    assertThat(opened.publish(Versions.number(2)).digest()).isEqualTo(newest.digest());
    assertThat(open().problems()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Damage.class)
  void versionDamagedWhileTheStoreIsOpenIsNeverLoaded(Damage damage) throws IOException {
    damage.happen(version(newest).resolve(damage.file));

    assertThatThrownBy(() -> store.load(newest.digest(), "cpu"))
        .hasMessageContaining(newest.digest());

    assertThat(store.current()).contains(good);
    assertThat(store.history()).containsExactly(good);
    assertThat(store.load(good.digest(), "cpu").description().digest()).isEqualTo(good.digest());
  }

  @Test
  void damagedVersionIsNotActivated() throws IOException {
    store.activate(good.digest());
    Damage.FLIPPED_BYTE.happen(version(newest).resolve(Damage.FLIPPED_BYTE.file));

    assertThatThrownBy(() -> store.activate(newest.digest()))
        .isInstanceOf(SnapshotException.class)
        .hasMessageContaining("damaged")
        .hasMessageContaining("SHA-256");

    assertThat(store.current()).contains(good);
  }

  @Test
  void pointerToNothingIsMendedOnOpening() throws IOException {
    Path pointer = root.resolve("tiny/current");
    for (String text :
        new String[] {"", "0".repeat(64) + "\n", "../../etc/passwd", "x".repeat(1000)}) {
      Files.writeString(pointer, text);
      assertThat(store.current()).contains(newest);

      SnapshotStore opened = open();

      assertThat(opened.current()).contains(newest);
      assertThat(Files.readString(pointer)).isEqualTo(newest.digest() + "\n");
      assertThat(opened.problems())
          .singleElement()
          .satisfies(problem -> assertThat(problem.what()).isEqualTo("points to no version"));
    }
  }

  @Test
  void foreignFilesAndUnfinishedOnesAreCleared() throws IOException {
    Files.writeString(root.resolve("tiny/notes.txt"), "mine");
    Files.createDirectories(root.resolve("tiny/versions/backup/unet"));
    Files.writeString(root.resolve("tiny/versions/" + "a".repeat(64)), "a file");
    Files.createDirectories(root.resolve("tiny/staging/writing-1/model"));

    SnapshotStore opened = open();

    assertThat(opened.history()).containsExactly(newest, good);
    assertThat(opened.problems().stream().map(Problem::what))
        .containsExactlyInAnyOrder(
            "not a part of the store", "not a version", "not a version", "unfinished; removed");
    assertThat(Files.readString(root.resolve("tiny/set-aside/notes.txt"))).isEqualTo("mine");
    assertThat(root.resolve("tiny/staging")).isEmptyDirectory();
    assertThat(open().problems()).isEmpty();
  }

  @Test
  void versionOfAnotherModelIsForeign() throws IOException {
    Files.move(root.resolve("tiny"), root.resolve("other"));

    SnapshotStore other = SnapshotStore.open(root, "other", 3);

    assertThat(other.history()).isEmpty();
    assertThat(other.current()).isEmpty();
    assertThat(other.problems().get(0).what()).contains("model: tiny (expected: other)");
  }

  @Test
  void fullDiskLeavesWhatWasCurrentAndPublishingGoesOnWhenThereIsRoom() {
    SnapshotContent full =
        new SnapshotContent(
            3,
            Map.of(),
            folder -> {
              TinyFolder.write(folder, 3);
              Files.write(Path.of("/dev/full"), new byte[1 << 16]);
            },
            none -> {});

    assertThatThrownBy(() -> store.publish(full))
        .isInstanceOf(SnapshotException.class)
        .hasMessageContaining("publishing a version: No space left on device");

    assertThat(store.current()).contains(newest);
    assertThat(root.resolve("tiny/staging")).isEmptyDirectory();
    assertThat(store.publish(Versions.number(3)).step()).isEqualTo(3);
  }

  @Test
  void folderThatRefusesFilesIsNamedAndTheVersionsStayReadable() throws IOException {
    Path staging = root.resolve("tiny/staging");
    Files.delete(staging);
    Files.createSymbolicLink(staging, Path.of("/proc/self"));

    assertThatThrownBy(() -> store.publish(Versions.number(3)))
        .isInstanceOf(SnapshotException.class)
        .hasMessageContaining("tiny/staging")
        .hasMessageContaining("publishing a version");
    SnapshotStore opened = open();
    assertThat(opened.current()).contains(newest);
    assertThat(opened.problems()).isNotEmpty();
    assertThat(opened.load(good.digest(), "cpu")).isNotNull();

    Files.delete(staging);
    assertThat(store.publish(Versions.number(3)).step()).isEqualTo(3);
  }

  @Test
  void storeDeletedUnderWayIsSaidAndBuiltAnewWithItsBase() {
    TinyFolder.write(root.resolve("configured"), 9);
    Snapshot base = store.importBase(root.resolve("configured"));
    delete(root.resolve("tiny"));

    assertThatThrownBy(store::history)
        .isInstanceOf(SnapshotException.class)
        .hasMessageContaining("tiny/versions: cannot be read: no such file");
    assertThatThrownBy(() -> store.load(newest.digest(), "cpu"))
        .isInstanceOf(SnapshotException.class);

    Snapshot published = store.publish(Versions.number(5));
    assertThat(store.current()).contains(published);
    assertThat(store.base().orElseThrow().digest()).isEqualTo(base.digest());
    assertThat(store.history()).hasSize(2);
  }

  @Test
  void secondWriterIsRefusedAndReadersAreNot() throws IOException {
    try (FileChannel other =
        FileChannel.open(root.resolve("tiny/lock"), StandardOpenOption.WRITE)) {
      assertThat(other.lock().isValid()).isTrue();

      assertThatThrownBy(() -> store.publish(Versions.number(3)))
          .isInstanceOf(SnapshotException.class)
          .hasMessageContaining("held by another writer (expected: one at a time)");
      assertThat(open().current()).contains(newest);
      assertThat(store.load(newest.digest(), "cpu")).isNotNull();
    }
    assertThat(store.publish(Versions.number(3)).step()).isEqualTo(3);
  }

  @Test
  void modelThatCannotBeServedIsNotPublished() {
    SnapshotContent broken =
        new SnapshotContent(
            3,
            Map.of(),
            folder -> {
              TinyFolder.write(folder, 3);
              Files.delete(folder.resolve(TinyFolder.CONFIG));
            },
            none -> {});

    assertThatThrownBy(() -> store.publish(broken))
        .isInstanceOf(SnapshotException.class)
        .hasMessageContaining("no such file");

    assertThat(store.history()).containsExactly(newest, good);
  }

  private Path version(Snapshot snapshot) {
    return root.resolve("tiny/versions").resolve(snapshot.digest());
  }

  private SnapshotStore open() {
    return SnapshotStore.open(root, "tiny", 3);
  }

  private static void delete(Path folder) {
    try {
      DurableFiles.delete(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
