package io.stepwise.settings;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import java.util.List;
import java.util.Map;

/** Compares the keys that were set with those that the defaults know. */
final class SettingsShape {

  private SettingsShape() {}

  /**
   * Returns what was set, with the default in place of a value that is no section where one is
   * expected.
   *
   * @param key full key of the section
   * @param value what was set for it
   * @param known the same section of the defaults
   * @param problems receives unknown keys and values that should be sections
   */
  static ConfigObject check(
      String key, ConfigValue value, ConfigObject known, List<String> problems) {
    if (!(value instanceof ConfigObject section)) {
      problems.add(SettingsReader.problem(key, value, "a section { ... }"));
      return known;
    }
    ConfigObject checked = section;
    for (Map.Entry<String, ConfigValue> entry : section.entrySet()) {
      String name = entry.getKey();
      String fullKey = key + "." + name;
      ConfigValue expected = known.get(name);
      if (expected == null) {
        problems.add(
            SettingsReader.problem(
                fullKey, entry.getValue(), "no such key; known are " + sorted(known)));
      } else if (expected instanceof ConfigObject knownSection) {
        checked = checked.withValue(name, check(fullKey, entry.getValue(), knownSection, problems));
      }
    }
    return checked;
  }

  private static String sorted(ConfigObject known) {
    return String.join(", ", known.keySet().stream().sorted().toList());
  }
}
