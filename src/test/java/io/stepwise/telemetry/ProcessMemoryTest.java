package io.stepwise.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessMemoryTest {

  @Test
  void residentSizeIsReadInBytes(@TempDir Path folder) throws IOException {
    Path status = folder.resolve("status");
    Files.writeString(status, "Name:\tjava\nVmHWM:\t  900 kB\nVmRSS:\t  800 kB\nThreads:\t3\n");

    assertThat(new ProcessMemory(status).residentBytes()).isEqualTo(800 * 1024);
  }

  @Test
  void memoryIsZeroWhereTheKernelTellsNothing(@TempDir Path folder) {
    ProcessMemory memory = new ProcessMemory(folder.resolve("none"));

    assertThat(memory.residentBytes()).isZero();
    assertThat(memory.nativeBytes()).isZero();
  }

  @Test
  void nativeMemoryIsNeverNegative(@TempDir Path folder) throws IOException {
    Path status = folder.resolve("status");
    Files.writeString(status, "VmRSS:\t1 kB\n");

    assertThat(new ProcessMemory(status).nativeBytes()).isZero();
  }
}
