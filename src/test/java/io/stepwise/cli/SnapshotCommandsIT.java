package io.stepwise.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.image.FloatImage;
import io.stepwise.image.Png;
import io.stepwise.network.TinyFolder;
import io.stepwise.snapshot.Snapshot;
import io.stepwise.snapshot.SnapshotStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model's versions from the command line: published, listed, and taken into use. */
final class SnapshotCommandsIT {

  private static final String SETTING = "stepwise.snapshots.folder";

  @TempDir Path folder;
  private Path model;
  private Path snapshots;
  private String base;

  @BeforeEach
  void keepAModel() {
    model = folder.resolve("tiny");
    snapshots = folder.resolve("snapshots");
    TinyFolder.write(model);
    base = SnapshotStore.open(snapshots, "tiny", 5).importBase(model).digest();
    System.setProperty(SETTING, snapshots.toString());
  }

  @AfterEach
  void forgetTheSetting() {
    System.clearProperty(SETTING);
  }

  @Test
  void trainingPublishesAVersionWithEachCheckpoint() throws IOException {
    CommandResult trained = train("--publish", model.toString());

    assertThat(trained.err()).isEmpty();
    assertThat(trained.exitCode()).isZero();
    List<Snapshot> history = store().history();
    assertThat(history.stream().map(Snapshot::step)).containsExactly(4, 2, 0);
    assertThat(history.get(0).metrics()).containsKey("loss");
    assertThat(store().current()).contains(history.get(0));
    assertThat(store().load(history.get(0).digest(), "cpu").description().digest())
        .isEqualTo(history.get(0).digest());
  }

  @Test
  void publishingWithoutAFolderForItIsRefusedBeforeAnythingIsTrained() throws IOException {
    System.clearProperty(SETTING);

    CommandResult refused = train("--publish", model.toString());

    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err()).contains("--publish: no folder for snapshots");
    assertThat(folder.resolve("run")).doesNotExist();
  }

  @Test
  void versionsInTheStoreAreListedAndActivated() throws IOException {
    train("--publish", model.toString());
    String newest = store().current().orElseThrow().digest();

    CommandResult listed = CommandResult.of("models", "snapshots", "tiny");
    assertThat(listed.err()).isEmpty();
    assertThat(rowOf(newest, listed)).contains("current").contains("loss ").contains(" 4 ");
    assertThat(rowOf(base, listed)).doesNotContain("current").contains(" 0 ");
    assertThat(listed.out()).hasLineCount(4);

    CommandResult activated = CommandResult.of("models", "activate", "tiny", base.substring(0, 10));
    assertThat(activated.err()).isEmpty();
    assertThat(activated.exitCode()).isZero();
    assertThat(rowOf(base, activated)).contains("current");
    assertThat(store().current().orElseThrow().digest()).isEqualTo(base);
    assertThat(CommandResult.of("models", "snapshots", "tiny", "--json").out())
        .contains("\"current\" : \"" + base + "\"");
  }

  @Test
  void whatTheStoreCannotDoIsSaid() {
    assertRefused("snapshot: \"0000000000\"", 2, "models", "activate", "tiny", "0000000000");
    assertRefused("--canary", 2, "models", "activate", "tiny", base, "--canary", "0.5");
    assertRefused("model: other", 2, "models", "snapshots", "other");
    System.clearProperty(SETTING);
    assertRefused("snapshots.folder: empty", 2, "models", "snapshots", "tiny");
  }

  @Test
  void serverListsTriesOutAndActivatesVersions() throws IOException, InterruptedException {
    train("--publish", model.toString());
    String newest = store().current().orElseThrow().digest();
    try (ServerProcess server =
        ServerProcess.start(
            List.of("--model", model.toString()),
            Map.of("STEPWISE_SNAPSHOTS_FOLDER", snapshots.toString()))) {
      server.awaitReady();
      String url = server.uri("").toString();

      CommandResult listed = CommandResult.of("models", "snapshots", "tiny", "--url", url);
      assertThat(listed.err()).isEmpty();
      assertThat(rowOf(newest, listed)).contains("current");
      assertThat(listed.out()).contains("in use: " + newest.substring(0, 12) + ", 0 images");

      CommandResult tried = activate(url, base, "--canary", "0.25");
      assertThat(rowOf(base, tried)).contains("canary 0.25");
      assertThat(rowOf(newest, tried)).contains("current");

      CommandResult activated = activate(url, base);
      assertThat(activated.exitCode()).isZero();
      assertThat(rowOf(base, activated)).contains("current");
      assertThat(server.generated("{\"steps\": 2}").path("snapshot").asText()).isEqualTo(base);

      CommandResult unknown = activate(url, "0000000000");
      assertThat(unknown.exitCode()).isEqualTo(1);
      assertThat(unknown.err()).contains("0000000000");
    }
    assertThat(store().current().orElseThrow().digest()).isEqualTo(base);
  }

  private static CommandResult activate(String url, String version, String... more) {
    List<String> arguments =
        new ArrayList<>(List.of("models", "activate", "tiny", version, "--url", url));
    arguments.addAll(List.of(more));
    return CommandResult.of(arguments.toArray(String[]::new));
  }

  private static void assertRefused(String message, int exitCode, String... arguments) {
    CommandResult refused = CommandResult.of(arguments);
    assertThat(refused.err()).contains(message).hasLineCount(1);
    assertThat(refused.exitCode()).isEqualTo(exitCode);
  }

  private static String rowOf(String digest, CommandResult result) {
    return result
        .out()
        .lines()
        .filter(line -> line.startsWith(digest.substring(0, 12)))
        .findFirst()
        .orElseThrow(() -> new AssertionError(digest + " is not in " + result));
  }

  private SnapshotStore store() {
    return SnapshotStore.open(snapshots, "tiny", 5);
  }

  /** Trains the model further for four updates, with two checkpoints. */
  private CommandResult train(String... more) throws IOException {
    Path data = folder.resolve("data");
    for (String label : List.of("left", "top")) {
      Path images = Files.createDirectories(data.resolve(label));
      for (int i = 0; i < 4; i++) {
        float[] pixels = new float[64];
        Arrays.fill(pixels, label.equals("left") ? -0.8f : 0.8f - 0.05f * i);
        Files.write(images.resolve(i + ".png"), Png.encode(new FloatImage(1, 8, 8, pixels)));
      }
    }
    List<String> arguments = new ArrayList<>(List.of("train", "--grey", "--data", data.toString()));
    arguments.addAll(
        List.of("--from", model.toString(), "--out", folder.resolve("run").toString()));
    arguments.addAll(List.of("--batch-size", "4", "--epochs", "2", "--checkpoint-every", "2"));
    arguments.addAll(List.of(more));
    return CommandResult.of(arguments.toArray(String[]::new));
  }
}
