package io.stepwise.settings;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigResolveOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Where settings come from beside the operator's file.
 *
 * @param systemProperties keys under {@code stepwise}, from properties and arguments
 * @param environment a key for each environment variable
 */
record SettingsSources(Config systemProperties, Config environment) {

  static final String ROOT = "stepwise";

  private static final String VARIABLE = "environment variable ";
  private static final ConfigResolveOptions OWN_ENVIRONMENT = ConfigResolveOptions.noSystem();

  /** The system properties and environment variables of this process. */
  static SettingsSources ofProcess() {
    return of(System.getProperties(), System.getenv());
  }

  /** Keeps of each value where it came from, for the message if it is wrong. */
  static SettingsSources of(Map<?, ?> properties, Map<String, String> variables) {
    Config systemProperties = keys(properties, "system property ");
    Config environment = ConfigFactory.empty();
    for (Map.Entry<String, String> variable : variables.entrySet()) {
      ConfigValue value =
          ConfigValueFactory.fromAnyRef(variable.getValue(), VARIABLE + variable.getKey());
      environment = environment.withValue(ConfigUtil.joinPath(variable.getKey()), value);
    }
    return new SettingsSources(systemProperties, environment);
  }

  /** Puts values before the system properties. */
  SettingsSources withArguments(Map<String, String> arguments) {
    return new SettingsSources(
        keys(arguments, "argument ").withFallback(systemProperties), environment);
  }

  private static Config keys(Map<?, ?> values, String origin) {
    Config keys = ConfigFactory.empty();
    for (Map.Entry<?, ?> entry : values.entrySet()) {
      if (entry.getKey() instanceof String name && name.startsWith(ROOT + ".")) {
        ConfigValue value = ConfigValueFactory.fromAnyRef(entry.getValue(), origin + name);
        keys = keys.withValue(path(name), value);
      }
    }
    return keys;
  }

  Settings load(Optional<Path> file) {
    return file.map(this::load).orElseGet(() -> read(ConfigFactory.empty()));
  }

  Settings parse(String hocon) {
    return read("text", () -> ConfigFactory.parseString(hocon));
  }

  private Settings load(Path file) {
    ConfigParseOptions mustExist = ConfigParseOptions.defaults().setAllowMissing(false);
    return read(
        file.toString(),
        () -> {
          Config config = ConfigFactory.parseFile(file.toFile(), mustExist);
          if (!config.hasPath(ROOT)) {
            throw new SettingsException(
                List.of(file + ": no key " + ROOT + " (expected: " + ROOT + " { ... })"));
          }
          return config;
        });
  }

  private Settings read(String source, Supplier<Config> config) {
    try {
      return read(config.get());
    } catch (ConfigException e) {
      throw new SettingsException(List.of(source + ": cannot be read: " + e.getMessage()));
    }
  }

  private Settings read(Config file) {
    Config defaults = ConfigFactory.parseResources(Settings.class, "/stepwise.conf");
    Config stack =
        systemProperties
            .withFallback(overrides(defaults))
            .withFallback(file)
            .withFallback(defaults)
            .withFallback(environment)
            .resolve(OWN_ENVIRONMENT);
    ConfigObject known = defaults.resolve(OWN_ENVIRONMENT.setAllowUnresolved(true)).getObject(ROOT);
    List<String> problems = new ArrayList<>();
    ConfigObject checked = SettingsShape.check(ROOT, stack.getValue(ROOT), known, problems);
    Settings settings =
        Settings.read(new SettingsReader(ROOT, checked.toConfig(), known.toConfig(), problems));
    if (!problems.isEmpty()) {
      throw new SettingsException(problems);
    }
    return settings;
  }

  /** The keys that the defaults take from environment variables; they go before the file. */
  private Config overrides(Config defaults) {
    Config overrides = ConfigFactory.empty();
    Config resolved = defaults.withFallback(environment).resolve(OWN_ENVIRONMENT);
    for (Map.Entry<String, ConfigValue> entry : resolved.withOnlyPath(ROOT).entrySet()) {
      if (entry.getValue().origin().description().startsWith(VARIABLE)) {
        overrides = overrides.withValue(entry.getKey(), entry.getValue());
      }
    }
    return overrides;
  }

  private static String path(String name) {
    return ConfigUtil.joinPath(List.of(name.split("\\.", -1)));
  }
}
