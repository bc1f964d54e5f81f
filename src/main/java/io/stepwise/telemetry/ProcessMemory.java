package io.stepwise.telemetry;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The memory of this process as the kernel counts it, in bytes.
 *
 * @param status the kernel's report on the process; need not exist
 */
record ProcessMemory(Path status) {

  private static final Pattern RESIDENT =
      Pattern.compile("^VmRSS:\\s+(\\d{1,15}) kB$", Pattern.MULTILINE);
  private static final long KIB = 1024;

  /** The process that asks. */
  static ProcessMemory ofThisProcess() {
    return new ProcessMemory(Path.of("/proc/self/status"));
  }

  /** Returns the resident size; 0 where it cannot be had. */
  long residentBytes() {
    try {
      Matcher resident = RESIDENT.matcher(Files.readString(status, StandardCharsets.ISO_8859_1));
      return resident.find() ? Long.parseLong(resident.group(1)) * KIB : 0;
    } catch (IOException e) {
      return 0;
    }
  }

  /**
   * Returns the part of the resident size that is not the heap: weights, activations, code, stacks.
   * Never negative; 0 where it cannot be had.
   */
  long nativeBytes() {
    long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getCommitted();
    return Math.max(0, residentBytes() - heap);
  }
}
