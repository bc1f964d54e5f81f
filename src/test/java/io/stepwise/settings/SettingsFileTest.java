package io.stepwise.settings;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValue;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The records and {@code conf/stepwise.conf} say the same. */
class SettingsFileTest {

  private static final Path FILE = Path.of("conf", "stepwise.conf");
  private static final Pattern DEFAULT = Pattern.compile("\\s*([a-z-]+) = (?!\\$).+");
  private static final Pattern OVERRIDE = Pattern.compile("\\s*([a-z-]+) = \\$\\{\\?(\\w+)}");

  @Test
  void recordsAndFileHaveTheSameKeys() {
    Set<String> inFile = new TreeSet<>();
    for (Map.Entry<String, ConfigValue> entry :
        ConfigFactory.parseFile(FILE.toFile()).resolve().entrySet()) {
      inFile.add(entry.getKey());
    }

    assertThat(keys("stepwise", Settings.class)).isEqualTo(inFile);
  }

  @Test
  void jarHoldsTheFileAsItsDefaults() throws IOException {
    try (var packaged = Settings.class.getResourceAsStream("/stepwise.conf")) {
      assertThat(packaged).isNotNull();
      assertThat(packaged.readAllBytes()).isEqualTo(Files.readAllBytes(FILE));
    }
  }

  @Test
  void everyKeyHasACommentADefaultAndAnEnvironmentVariable() throws IOException {
    List<String> lines = Files.readAllLines(FILE);
    List<String> documented = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      Matcher value = DEFAULT.matcher(lines.get(i));
      if (value.matches()) {
        Matcher override = OVERRIDE.matcher(lines.get(i + 1));
        assertThat(lines.get(i - 1)).as("comment of %s", lines.get(i)).contains("# ");
        assertThat(override.matches()).as("variable of %s", lines.get(i)).isTrue();
        assertThat(override.group(1)).isEqualTo(value.group(1));
        documented.add(override.group(2));
      }
    }

    assertThat(documented).doesNotHaveDuplicates();
    assertThat(new TreeSet<>(documented)).isEqualTo(variables());
  }

  /** STEPWISE_ and the key, but for the one data set, whose section goes without saying. */
  private static Set<String> variables() {
    Set<String> variables = new TreeSet<>();
    for (String key : keys("stepwise", Settings.class)) {
      variables.add(
          key.replace("stepwise.data.", "stepwise.")
              .toUpperCase(Locale.ROOT)
              .replaceAll("[.-]", "_"));
    }
    return variables;
  }

  private static Set<String> keys(String section, Class<?> type) {
    Set<String> keys = new TreeSet<>();
    for (RecordComponent component : type.getRecordComponents()) {
      String key = section + "." + dashed(component.getName());
      if (component.getType().isRecord()) {
        keys.addAll(keys(key, component.getType()));
      } else {
        keys.add(key);
      }
    }
    return keys;
  }

  /** maxBodyBytes is max-body: in the file the value has the unit. */
  private static String dashed(String name) {
    return name.replaceAll("Bytes$", "").replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
  }
}
