package io.stepwise.settings;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Reads lists of API keys. What is wrong is noted without its value: somebody may have written a
 * key where its SHA-256 belongs.
 */
final class ApiKeys {

  private static final Set<String> FIELDS =
      new TreeSet<>(Set.of("name", "sha256", "requests-per-minute", "images-in-flight"));

  /** Whoever calls without a key goes by this name. */
  private static final String ANYBODY = "anybody";

  private static final int MOST = 1_000_000;

  private final SettingsReader reader;
  private final List<ApiKey> keys = new ArrayList<>();
  private final Set<String> names = new HashSet<>();
  private final Set<String> digests = new HashSet<>();

  private ApiKeys(SettingsReader reader) {
    this.reader = reader;
  }

  /**
   * Reads the keys of a setting and of a file.
   *
   * @param name the setting: a list, or the text of one
   * @param file has a list under the same name
   */
  static List<ApiKey> read(SettingsReader reader, String name, Optional<Path> file) {
    ApiKeys keys = new ApiKeys(reader);
    keys.readValue(reader.section() + "." + name, reader.config().root().get(name));
    file.ifPresent(path -> keys.readFile(reader.section() + "." + name + "-file", path, name));
    return keys.keys;
  }

  private void readFile(String key, Path file, String name) {
    try {
      Config config =
          ConfigFactory.parseFile(
              file.toFile(), ConfigParseOptions.defaults().setAllowMissing(false));
      readValue(key + ": " + file + ": " + name, config.resolve().root().get(name));
    } catch (ConfigException e) {
      note(key, file.toString(), "a readable file of " + name + " = [ ... ]");
    }
  }

  private void readValue(String key, @Nullable ConfigValue value) {
    ConfigList list = value == null ? null : list(value);
    if (list == null) {
      note(key, null, "a list of { name, sha256, ... }");
      return;
    }
    for (int i = 0; i < list.size(); i++) {
      readKey(key + "[" + i + "]", list.get(i));
    }
  }

  private static @Nullable ConfigList list(ConfigValue value) {
    if (value instanceof ConfigList list) {
      return list;
    }
    if (value.valueType() != ConfigValueType.STRING) {
      return null;
    }
    try {
      return ConfigFactory.parseString("list = " + value.unwrapped()).resolve().getList("list");
    } catch (ConfigException e) {
      return null;
    }
  }

  private void readKey(String key, ConfigValue value) {
    if (!(value instanceof ConfigObject object)) {
      note(key, null, "an object { name, sha256, ... }");
      return;
    }
    if (!FIELDS.containsAll(object.keySet())) {
      note(key, null, "no fields but " + String.join(", ", FIELDS));
    }
    Config config = object.toConfig();
    String name = text(config, "name");
    String sha256 = text(config, "sha256").toLowerCase(Locale.ROOT);
    if (!name.matches("[A-Za-z0-9._-]{1,64}") || name.equals(ANYBODY)) {
      note(key + ".name", null, "1 to 64 of A-Z a-z 0-9 . _ -, not " + ANYBODY);
    } else if (!names.add(name)) {
      note(key + ".name", name, "no name twice");
    }
    if (!sha256.matches("[0-9a-f]{64}")) {
      note(key + ".sha256", null, "64 hexadecimal digits, the SHA-256 of the key");
    } else if (!digests.add(sha256)) {
      note(key + ".sha256", null, "no key twice");
    }
    keys.add(
        new ApiKey(
            name,
            sha256,
            limit(key, config, "requests-per-minute"),
            limit(key, config, "images-in-flight")));
  }

  private static String text(Config config, String field) {
    try {
      return config.getString(field);
    } catch (ConfigException e) {
      return "";
    }
  }

  private int limit(String key, Config config, String field) {
    if (!config.hasPath(field)) {
      return ApiKey.UNLIMITED;
    }
    try {
      int limit = new BigDecimal(config.getString(field).strip()).intValueExact();
      if (limit >= 1 && limit <= MOST) {
        return limit;
      }
    } catch (ConfigException | ArithmeticException | NumberFormatException e) {
      // no whole number; reported below
    }
    note(key + "." + field, null, "1 to " + MOST);
    return ApiKey.UNLIMITED;
  }

  private void note(String key, @Nullable String value, String expectation) {
    String shown = value == null ? "not as it should be" : value;
    reader.problems().add("%s: %s (expected: %s)".formatted(key, shown, expectation));
  }
}
