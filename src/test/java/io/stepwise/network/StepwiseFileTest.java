package io.stepwise.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class StepwiseFileTest {

  @Test
  void fieldsReadBackEqual() {
    StepwiseFile file = new StepwiseFile("flow", List.of("a", "b"), true, Map.of("steps", 5));

    assertThat(StepwiseFile.parse(file.fields())).isEqualTo(file);
  }

  @Test
  void everyFieldMayBeMissing() {
    assertThat(StepwiseFile.parse(Map.of())).isEqualTo(StepwiseFile.absent());
  }

  @Test
  void dataRangeMayHavePoints() throws IOException {
    Map<String, ?> fields = Map.of("data_range", List.of(-1.0, 1.0));

    assertThat(StepwiseFile.parse(fields)).isEqualTo(StepwiseFile.absent());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "family     | \"a poem\"     | family: a poem (expected: a name in lower-case letters, digits"
            + " and -)",
        "data_range | [0, 1]         | data_range: [0, 1] (expected: [-1, 1])",
        "data_range | [-1]           | data_range: [-1] (expected: [-1, 1])",
        "labels     | \"a\"          | labels: a (expected: a list of different texts)",
        "labels     | [\"a\", \"a\"] | labels: [a, a] (expected: a list of different texts)",
        "labels     | [\" \"]        | labels: [ ] (expected: a list of different texts)",
        "labels     | [null]         | labels: [null] (expected: a list of different texts)",
        "none_label | \"yes\"        | none_label: yes (expected: true or false)",
        "training   | 5              | training: 5 (expected: an object)",
        "trainer    | 5              | trainer: 5 (expected: no field of this name)",
      })
  void wrongFieldIsNamedWithItsValueAndTheExpectation(String name, String json, String message)
      throws IOException {
    Object value = ConfigFile.MAPPER.readValue(json, Object.class);

    assertThatThrownBy(() -> StepwiseFile.parse(Map.of(name, value)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }
}
