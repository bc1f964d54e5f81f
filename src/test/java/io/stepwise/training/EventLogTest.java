package io.stepwise.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EventLogTest {

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void writeThreeUpdates() throws IOException {
    file = folder.resolve("events.out.tfevents.stepwise");
    try (EventLog log = EventLog.open(file, 0, 64)) {
      log.add(step(1, null));
      log.add(step(2, 0.125));
      log.add(2, new SampleGrid(new byte[] {9, 8, 7}, 31, 17, 3));
      log.add(step(3, null));
    }
  }

  @Test
  void fileHoldsEveryValueUnderTheFormatsRules() throws IOException {
    List<EventFileReader.Event> events = EventFileReader.read(file);

    assertThat(events).hasSize(5);
    assertThat(events.get(0).fileVersion()).isEqualTo("brain.Event:2");
    assertThat(events.get(1).step()).isEqualTo(1);
    assertThat(events.get(1).numbers())
        .containsOnly(
            entry("loss/training", 0.5f),
            entry("gradient_norm", 1.5f),
            entry("learning_rate", 0.25f),
            entry("images_per_second", 32f));
    assertThat(events.get(2).numbers()).contains(entry("loss/validation", 0.125f)).hasSize(5);
    assertThat(events.get(3).step()).isEqualTo(2);
    assertThat(events.get(3).images())
        .containsOnly(entry("samples", new EventFileReader.Image(17, 31, 3, List.of(9, 8, 7))));
    assertThat(events.get(4).step()).isEqualTo(3);
    assertThat(events)
        .extracting(EventFileReader.Event::wallTime)
        .isSorted()
        .allSatisfy(time -> assertThat(time).isGreaterThan(1.7e9));
  }

  @Test
  void eventsAfterTheCheckpointAreDroppedOnContinuing() throws IOException {
    try (EventLog log = EventLog.open(file, 2, 64)) {
      log.add(step(3, 0.75));
    }

    List<EventFileReader.Event> events = EventFileReader.read(file);
    assertThat(events).extracting(EventFileReader.Event::step).containsExactly(0L, 1L, 2L, 2L, 3L);
    assertThat(events.get(4).numbers()).contains(entry("loss/validation", 0.75f));
  }

  @Test
  void fileCutAtAnyByteIsContinuedWhole() throws IOException {
    byte[] whole = Files.readAllBytes(file);
    for (int length = 0; length < whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));

      EventLog.open(file, 3, 64).close();

      List<EventFileReader.Event> events = EventFileReader.read(file);
      assertThat(events.get(0).fileVersion()).as("cut at %d", length).isEqualTo("brain.Event:2");
      assertThat(Files.size(file)).isLessThanOrEqualTo(Math.max(length, 40));
    }
  }

  @Test
  void everythingAfterADamagedRecordIsDropped() throws IOException {
    try (RandomAccessFile damaged = new RandomAccessFile(file.toFile(), "rw")) {
      damaged.seek(damaged.length() - 10);
      damaged.write(damaged.read() ^ 1);
    }

    EventLog.open(file, 3, 64).close();

    assertThat(EventFileReader.read(file))
        .extracting(EventFileReader.Event::step)
        .containsExactly(0L, 1L, 2L, 2L);
  }

  private static TrainingStep step(int step, @Nullable Double validation) {
    return new TrainingStep(step, 0.5, 1.5, 0.25, 2, validation, false);
  }
}
