package dev.steepest.study.track;

import dev.steepest.study.record.Evaluation;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** One thing that a run reports on its way. */
record Row(Kind kind, Evaluation at) {

  enum Kind {
    /** A logged step: a row of {@code steps.csv}. */
    STEP,
    /** A look at the run: a row of {@code metrics.csv}. */
    EVALUATION
  }

  /** In the order in which they happened; a look follows the step that it was made after. */
  static List<Row> inOrder(List<Evaluation> evaluations, List<Evaluation> steps) {
    return Stream.concat(
            steps.stream().map(row -> new Row(Kind.STEP, row)),
            evaluations.stream().map(row -> new Row(Kind.EVALUATION, row)))
        .sorted(Comparator.comparingLong((Row row) -> row.at.step()).thenComparing(Row::kind))
        .toList();
  }
}
