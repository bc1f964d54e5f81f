package io.stepwise.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ConfigFileTest {

  @TempDir Path folder;

  @Test
  void infinityIsReadAsPythonWritesIt() throws IOException {
    Path file = Files.writeString(folder.resolve("config.json"), "{\"least\": -Infinity}");

    assertThat(ConfigFile.read(file)).isEqualTo(Map.of("least", Double.NEGATIVE_INFINITY));
  }

  @Test
  void whatIsWrittenReadsBackSortedByName() throws IOException {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("z", List.of(1, 2.5, "drei"));
    fields.put("a", null);
    fields.put("m", Map.of("deep", true));
    Path file = folder.resolve("config.json");

    ConfigFile.write(file, fields);

    assertThat(ConfigFile.read(file)).isEqualTo(fields);
    assertThat(Files.readString(file))
        .isEqualTo(
            """
            {
              "a" : null,
              "m" : {
                "deep" : true
              },
              "z" : [ 1, 2.5, "drei" ]
            }
            """);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "null",
        "5",
        "[]",
        "{",
        "{} {}",
        "{\"a\": 1, \"a\": 2}",
        "{a: 1}",
        "\u0000"
      })
  void whatIsNoJsonObjectIsRefusedByName(String content) throws IOException {
    Path file = Files.writeString(folder.resolve("config.json"), content);

    assertThatThrownBy(() -> ConfigFile.read(file))
        .isInstanceOf(ModelFolderException.class)
        .hasMessageStartingWith(file + ": not a JSON object")
        .hasMessageNotContaining("java.util");
  }

  @Test
  void nestingWithoutEndIsRefused() throws IOException {
    Path file = Files.writeString(folder.resolve("deep.json"), "{\"a\":" + "[".repeat(1_000_000));

    assertThatThrownBy(() -> ConfigFile.read(file))
        .isInstanceOf(ModelFolderException.class)
        .hasMessageStartingWith(file + ": not a JSON object");
  }

  @Test
  void fileWithoutEndIsRefused() throws IOException {
    Path large = Files.write(folder.resolve("large.json"), new byte[(1 << 24) + 1]);
    Path device = Files.createSymbolicLink(folder.resolve("device.json"), Path.of("/dev/zero"));
    Path missing = folder.resolve("missing.json");

    assertThatThrownBy(() -> ConfigFile.read(large))
        .isInstanceOf(ModelFolderException.class)
        .hasMessage(large + ": 16777217 bytes (expected: at most 16777216)");
    assertThatThrownBy(() -> ConfigFile.read(device))
        .isInstanceOf(ModelFolderException.class)
        .hasMessage(device + ": not a regular file");
    assertThatThrownBy(() -> ConfigFile.read(missing))
        .isInstanceOf(ModelFolderException.class)
        .hasMessage(missing + ": cannot be read: no such file");
  }
}
