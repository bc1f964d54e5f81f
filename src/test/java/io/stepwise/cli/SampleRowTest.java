package io.stepwise.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class SampleRowTest {

  @Test
  void everyCombinationIsARow() {
    assertThat(SampleRow.all(List.of("bag", "coat"), List.of("ddim", "heun"), List.of(5, 10)))
        .hasSize(8)
        .contains(new SampleRow("coat", "ddim", 10), new SampleRow("bag", "heun", 5));
  }

  @Test
  void whatIsNotAskedForStaysOpen() {
    assertThat(SampleRow.all(List.of(), List.of(), List.of()))
        .containsExactly(new SampleRow("", null, null));
  }

  @Test
  void rowsAreNamedByTheirDifferences() {
    List<SampleRow> rows = SampleRow.all(List.of("bag"), List.of("ddim", "heun"), List.of(5, 10));

    assertThat(SampleRow.titles(rows)).containsExactly("ddim 5", "ddim 10", "heun 5", "heun 10");
    assertThat(SampleRow.fileStems(rows)).contains("ddim-5", "heun-10");
  }

  @Test
  void singleRowIsNamedByItsLabel() {
    assertThat(SampleRow.fileStems(SampleRow.all(List.of("a/b"), List.of("ddim"), List.of(5))))
        .containsExactly("a-b");
    assertThat(SampleRow.fileStems(SampleRow.all(List.of(), List.of(), List.of())))
        .containsExactly("none");
  }
}
