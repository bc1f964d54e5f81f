package io.stepwise.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One row of the grid that {@code sample} draws: one request.
 *
 * @param label label asked for; empty for none
 * @param solver solver asked for; null for the model's
 * @param steps steps asked for; null for the default
 */
record SampleRow(String label, @Nullable String solver, @Nullable Integer steps) {

  /** Returns a row for each combination; an empty list leaves its part open. */
  static List<SampleRow> all(List<String> labels, List<String> solvers, List<Integer> steps) {
    List<SampleRow> rows = new ArrayList<>();
    for (String label : labels.isEmpty() ? List.of("") : labels) {
      for (String solver : solvers.isEmpty() ? List.of("") : solvers) {
        for (Integer count : steps.isEmpty() ? List.of(0) : steps) {
          rows.add(
              new SampleRow(
                  label, solvers.isEmpty() ? null : solver, steps.isEmpty() ? null : count));
        }
      }
    }
    return rows;
  }

  /** Returns what names each of several rows: the parts in which they differ. */
  static List<String> titles(List<SampleRow> rows) {
    boolean namesLabel = rows.stream().map(SampleRow::label).distinct().count() > 1;
    boolean namesSolver = rows.stream().map(row -> row.solver).distinct().count() > 1;
    boolean namesSteps = rows.stream().map(row -> row.steps).distinct().count() > 1;
    return rows.stream()
        .map(
            row ->
                Stream.of(
                        namesLabel ? row.label : null,
                        namesSolver ? row.solver : null,
                        namesSteps ? row.steps : null)
                    .filter(Objects::nonNull)
                    .map(Object::toString)
                    .collect(Collectors.joining(" ")))
        .toList();
  }

  /** Returns the beginnings of the files' names: the titles, or the label of a single row. */
  static List<String> fileStems(List<SampleRow> rows) {
    List<String> titles = rows.size() > 1 ? titles(rows) : List.of(rows.get(0).label);
    return titles.stream()
        .map(title -> title.isEmpty() ? "none" : title.replaceAll("[^A-Za-z0-9_-]", "-"))
        .toList();
  }
}
