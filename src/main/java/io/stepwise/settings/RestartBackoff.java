package io.stepwise.settings;

import java.time.Duration;

/**
 * How long an actor that failed waits before it starts anew; doubled from failure to failure.
 *
 * @param min wait after the first failure
 * @param max longest wait, at least min
 */
public record RestartBackoff(Duration min, Duration max) {

  static RestartBackoff read(SettingsReader reader) {
    Duration min = reader.duration("min", Duration.ofMillis(10), Duration.ofMinutes(1));
    Duration max = reader.duration("max", Duration.ofMillis(10), Duration.ofMinutes(10));
    if (max.compareTo(min) < 0) {
      reader.problem("max", "at least min, " + SettingsReader.spoken(min));
    }
    return new RestartBackoff(min, max);
  }
}
