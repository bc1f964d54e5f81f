package io.stepwise.cli;

import com.typesafe.config.ConfigValueFactory;
import java.time.Duration;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Durations as in the settings, but never without a unit: {@code 500ms}, {@code 2s}, {@code 5m}.
 */
final class DurationConverter implements ITypeConverter<Duration> {

  private static final Pattern DURATION = Pattern.compile("\\d+(\\.\\d+)?\\s*(us|ms|s|m|h)");

  @Override
  public Duration convert(String text) {
    if (!DURATION.matcher(text).matches()) {
      throw new TypeConversionException(
          "'" + text + "' (expected: a duration with its unit, as 500ms, 2s or 5m)");
    }
    return ConfigValueFactory.fromAnyRef(text).atKey("duration").getDuration("duration");
  }
}
