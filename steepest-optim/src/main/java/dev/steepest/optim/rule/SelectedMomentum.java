package dev.steepest.optim.rule;

import dev.steepest.optim.ParameterState;
import dev.steepest.optim.linalg.Slices;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * The part of a momentum that Dion2 and NorDion2 use in a step: its heaviest rows or columns.
 *
 * @param slices which, in the matrices that {@code filters} makes
 * @param part their content before it was shrunk: (matrices, k, columns) or (matrices, rows, k)
 */
record SelectedMomentum(ParameterState p, Filters filters, Slices slices, Tensor part) {

  /** Its buffer's name. */
  static final String M = "momentum";

  /** Which slices are chosen from. */
  enum Side {
    /** Rows where there are no more of them than columns. */
    SHORTER,
    ROWS;

    private Slices.Of of(Tensor stack) {
      return this == ROWS || stack.size(1) <= stack.size(2) ? Slices.Of.ROWS : Slices.Of.COLUMNS;
    }
  }

  /** Adds the gradient to the momentum, selects, and shrinks what is selected to {@code kept}. */
  static SelectedMomentum accumulate(
      ParameterState p, Filters filters, Side side, double share, double kept) {
    // M ← M + G
    Tensor m = p.buffer(M).add_(p.gradient());
    Tensor stack = filters.lines(p.parameter(), m);
    // S = the ⌈fk⌉ slices of M with the largest L1 norms
    Slices slices = Slices.largest(stack, side.of(stack), share);
    Tensor part = slices.take(stack);
    // M_S ← μM_S
    slices.put(part.mul(new Scalar(kept)), stack);
    Filters.keep(stack, m);
    return new SelectedMomentum(p, filters, slices, part);
  }

  /** What is to be made orthogonal. */
  Tensor matrices() {
    return filters.matricesOfLines(p.parameter(), part);
  }

  /** An orthogonalised {@link #matrices} as slices again, of the parameter's type. */
  Tensor asSlices(Tensor orthogonal) {
    return orthogonal.type_as(part).reshape_as(part);
  }

  /** Shrinks all weights by {@code share} and moves the selected ones against {@code direction}. */
  void move(Tensor direction, double share, double step) {
    Tensor w = p.value();
    // W ← W(1 − ηλ)
    w.mul_(new Scalar(1 - share));
    // W_S ← W_S − η·scale·O
    Tensor everywhere = slices.spread(direction, filters.lines(p.parameter(), w));
    w.sub_(everywhere.reshape_as(w), new Scalar(step));
  }
}
